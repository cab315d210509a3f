import type { FastifyInstance } from "fastify";
import type { SchemaText } from "../graphql/visible/request-schema";
import { certificateSha256 } from "./tls";

/** `GET /schema.graphql`: the schema as text, as whoever asks sees it. */
export function schemaPage(server: FastifyInstance, schemaText: SchemaText): void {
  server.get("/schema.graphql", async (request, reply) => {
    const source = { ip: request.ip, certificateSha256: certificateSha256(request.raw.socket) };
    // Set first: a refusal depends on the credential too.
    void reply.header("vary", "authorization");
    const text = await schemaText(request.headers.authorization, source);
    return reply.type("text/plain; charset=utf-8").send(text);
  });
}
