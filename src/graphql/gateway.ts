import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import { ApolloServerPluginCacheControlDisabled } from "@apollo/server/plugin/disabled";
import { ApolloServerPluginLandingPageDisabled } from "@apollo/server/plugin/disabled";
import type { GraphQLFormattedError, GraphQLSchema } from "graphql";
import { AccessPlanner } from "./access-planner";
import { clientError, isFault } from "./client-error";
import type { GatewayContext } from "./context";
import { MOST_TOKENS } from "./document";
import { Executor, type Way } from "./executor";
import { Planner } from "./plan/planner";
import { CHILDREN } from "./reads/children";
import { ROOTS } from "./reads/roots";
import type { Schemas } from "./schema";
import { suggestions } from "./visible/suggestions";

/** Causes go to the log, and every error of an answer carries the id by which they are found there. */
const requestIds: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didEncounterErrors: ({ errors, contextValue }) => {
        for (const error of errors.filter(isFault))
          contextValue.services.logFault(contextValue.requestId, error);
        return Promise.resolve();
      },
      willSendResponse: ({ response, contextValue }) => {
        const { body } = response;
        if (body.kind !== "single") return Promise.resolve();
        const errors = body.singleResult.errors?.map((error): GraphQLFormattedError => ({
          ...error,
          extensions: { ...error.extensions, requestId: contextValue.requestId },
        }));
        if (errors !== undefined) body.singleResult.errors = errors;
        return Promise.resolve();
      },
    }),
};

/** What Apollo asks of a gateway, as far as this one uses it. Its executor is where the plan takes over from graphql-js. */
function executorAsGateway(schema: GraphQLSchema, executor: Executor, way: Way) {
  return {
    onSchemaLoadOrUpdate(update: (loaded: { apiSchema: GraphQLSchema; coreSupergraphSdl: string }) => void) {
      update({ apiSchema: schema, coreSupergraphSdl: "" });
      return () => undefined;
    },
    load: () =>
      Promise.resolve({
        executor: (request: Parameters<GatewayExecutor>[0]) =>
          executor.run(
            {
              document: request.document,
              operation: request.operation,
              variables: request.request.variables ?? {},
              context: request.context as GatewayContext,
            },
            way,
          ),
      }),
    stop: () => Promise.resolve(),
  };
}

type Gateway = NonNullable<NonNullable<ConstructorParameters<typeof ApolloServer>[0]>["gateway"]>;
type GatewayExecutor = NonNullable<Awaited<ReturnType<Gateway["load"]>>["executor"]>;

/** What the GraphQL server is made of. */
export interface GatewayParts extends Schemas {
  /** `graphql-js` runs everything the slow way: for the test that holds both ways equal. */
  readonly way?: Way;
}

/** Apollo Server with our executor behind it. */
export function makeGateway(parts: GatewayParts): ApolloServer<GatewayContext> {
  const { schema, shielded, rules, visible } = parts;
  const planner = new Planner(schema, rules, new Set(Object.keys(CHILDREN)), new Set(Object.keys(ROOTS)));
  const accessPlanner = new AccessPlanner(schema, planner);
  const executor = new Executor({ schema, shielded, visible, planner, accessPlanner });
  return new ApolloServer<GatewayContext>({
    gateway: executorAsGateway(schema, executor, parts.way ?? "plan"),
    introspection: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    persistedQueries: false,
    parseOptions: { maxLexicalTokens: MOST_TOKENS },
    stopOnTerminationSignals: false,
    formatError: clientError,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      requestIds,
      suggestions(visible),
    ],
  });
}
