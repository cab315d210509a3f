import "reflect-metadata";
import { loadDotEnv, readSettings } from "./src/config";
import { unconnected } from "./src/installation";

loadDotEnv();
const settings = readSettings(process.env);

/**
 * The data source for TypeORM's own command line: the one that `FIELDWARD_DATABASE` names, `data` if unset. (It takes one
 * from a file, no more.) For example: `FIELDWARD_DATABASE=vault npx typeorm-ts-node-commonjs -d ormconfig.ts migration:show`
 */
export default unconnected(settings.FIELDWARD_DATABASE, settings);
