import type { DataSource } from "typeorm";
import type { Loaders } from "./loaders";

export interface BaselineContext {
  readonly dataSource: DataSource;
  readonly loaders: Loaders;
}
