import { ProviderFault, mayPass, connectionFault } from "./provider-call";

/** An answer that a provider gives holds a key or the state of one. */
const MAX_BYTES = 64 * 1024;

/** A request whose answer is JSON, or nothing. */
export interface JsonRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function boundedText(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new ProviderFault("ANSWER_TOO_LONG", false);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ProviderFault("ANSWER_NOT_JSON", false);
  }
}

/**
 * Sends a request and reads its whole answer, at most 64 KiB of it; undefined where it is empty. A redirect is not followed:
 * the token would go wherever it points.
 *
 * @throws ProviderFault
 */
export async function requestJson(request: JsonRequest, signal: AbortSignal): Promise<unknown> {
  const { url, ...init } = request;
  try {
    const response = await fetch(url, { ...init, redirect: "manual", signal });
    if (!response.ok) {
      // Of the body nothing is wanted: it may repeat what was sent.
      await response.body?.cancel();
      throw new ProviderFault(`HTTP_${String(response.status)}`, mayPass(response.status));
    }
    return parsed(await boundedText(response.body));
  } catch (error) {
    if (error instanceof ProviderFault) throw error;
    throw connectionFault(error) ?? new ProviderFault("REQUEST_FAILED", false);
  }
}
