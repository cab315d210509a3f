import { StartupError } from "../../domain/errors";
import { errorCode } from "./error-code";

const MISSING: ReadonlySet<unknown> = new Set(["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"]);

/**
 * Loads a package that only an installation which asks for it has: an optional peer dependency.
 *
 * @throws StartupError where it is not installed.
 */
export async function optionalPackage<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (MISSING.has(errorCode(error))) {
      throw new StartupError(`This key provider needs a package that is missing. Run: npm install ${name}`);
    }
    throw error;
  }
}
