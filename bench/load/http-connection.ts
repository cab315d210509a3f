import { connect, type Socket } from "node:net";

export interface Answer {
  readonly status: number;
  /** Length of the body. */
  readonly bytes: number;
  readonly hasErrors: boolean;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

const HEAD_END = "\r\n\r\n";
const ERRORS_KEY = '"errors":[';

/**
 * One HTTP/1.1 connection that is kept alive: the least work that sends a request and finds the end of its answer,
 * so that the client leaves the processor to the servers.
 */
export class HttpConnection {
  private waiting: Waiting | undefined;
  private head: Buffer = Buffer.alloc(0);
  private status = 0;
  private expected = -1;
  private received = 0;
  private hasErrors = false;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on("data", (chunk) => {
      this.read(chunk);
    });
    socket.on("error", (error) => this.waiting?.reject(error));
    socket.on("close", () => this.waiting?.reject(new Error("The server closed the connection.")));
  }

  static open(host: string, port: number): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new HttpConnection(socket));
      });
    });
  }

  exchange(request: Buffer): Promise<Answer> {
    this.head = Buffer.alloc(0);
    this.expected = -1;
    this.received = 0;
    this.hasErrors = false;
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    const body = this.expected < 0 ? this.readHead(chunk) : chunk;
    if (body === undefined) return;
    this.received += body.length;
    // A key that two chunks share is missed: the answers are also compared before and after the load.
    this.hasErrors ||= body.includes(ERRORS_KEY);
    if (this.received < this.expected) return;
    const waiting = this.waiting;
    this.waiting = undefined;
    waiting?.resolve({ status: this.status, bytes: this.received, hasErrors: this.hasErrors });
  }

  /** What follows the head in this chunk, or undefined while the head is not complete. */
  private readHead(chunk: Buffer): Buffer | undefined {
    this.head = this.head.length === 0 ? chunk : Buffer.concat([this.head, chunk]);
    const end = this.head.indexOf(HEAD_END);
    if (end < 0) return undefined;
    const text = this.head.toString("latin1", 0, end);
    const length = /^content-length: *(\d+)/im.exec(text)?.[1];
    if (length === undefined) {
      this.waiting?.reject(new Error("The load client needs answers with a Content-Length."));
      return undefined;
    }
    this.status = Number(text.slice(9, 12));
    this.expected = Number(length);
    return this.head.subarray(end + HEAD_END.length);
  }
}
