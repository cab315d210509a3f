/**
 * The same GraphQL work with nothing protected: no rules, no sealing, no log.
 *
 * A process of its own, since TypeGraphQL and TypeORM keep their metadata in globals: never import it beside src/.
 */
import "reflect-metadata";
import { ApolloServer } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from "@as-integrations/fastify";
import Fastify from "fastify";
import { buildSchema } from "type-graphql";
import { DataSource } from "typeorm";
import { ConsentRecord } from "./consent-record";
import type { BaselineContext } from "./context";
import { Customer } from "./customer";
import { CustomerResolver } from "./customer-resolver";
import { createLoaders } from "./loaders";
import { Message } from "./message";
import { MessageResolver } from "./message-resolver";

interface Settings {
  readonly databaseUrl: string;
  readonly port: number;
}

/** From `node server.js [URL [PORT]]` or DATABASE_URL and PORT; port 0 is any free one. */
function readSettings(): Settings {
  const [databaseUrl = process.env["DATABASE_URL"], port = process.env["PORT"] ?? "0"] =
    process.argv.slice(2);
  if (databaseUrl === undefined)
    throw new Error("Set DATABASE_URL to mysql://user:password@host:port/database.");
  return { databaseUrl, port: Number(port) };
}

async function main(): Promise<void> {
  const { databaseUrl, port } = readSettings();
  const dataSource = await new DataSource({
    type: "mysql",
    url: databaseUrl,
    timezone: "Z",
    charset: "utf8mb4",
    entities: [Customer, ConsentRecord, Message],
    synchronize: false,
  }).initialize();
  const fastify = Fastify();
  const apollo = new ApolloServer<BaselineContext>({
    schema: await buildSchema({ resolvers: [CustomerResolver, MessageResolver], validate: false }),
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    plugins: [
      fastifyApolloDrainPlugin(fastify),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();
  const context = (): Promise<BaselineContext> =>
    Promise.resolve({ dataSource, loaders: createLoaders(dataSource) });
  fastify.route({ url: "/graphql", method: "POST", handler: fastifyApolloHandler(apollo, { context }) });
  const origin = await fastify.listen({ host: "127.0.0.1", port });

  const stop = async (): Promise<void> => {
    await apollo.stop();
    await dataSource.destroy();
    process.exit(0);
  };
  for (const event of ["SIGINT", "SIGTERM", "disconnect"]) process.once(event, () => void stop());
  process.stdout.write(`${JSON.stringify({ url: `${origin}/graphql` })}\n`);
}

void main();
