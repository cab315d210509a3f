import { Field, ObjectType, type ClassType } from "type-graphql";

@ObjectType()
export class PageInfo {
  @Field(() => Boolean)
  readonly hasNextPage: boolean;

  @Field(() => Boolean)
  readonly hasPreviousPage: boolean;

  @Field(() => String, { nullable: true })
  readonly startCursor: string | null;

  @Field(() => String, { nullable: true })
  readonly endCursor: string | null;

  constructor(
    { hasNextPage, hasPreviousPage }: Page<unknown>,
    startCursor: string | null,
    endCursor: string | null,
  ) {
    this.hasNextPage = hasNextPage;
    this.hasPreviousPage = hasPreviousPage;
    this.startCursor = startCursor;
    this.endCursor = endCursor;
  }
}

/** One page, before it is given the shape of a connection. */
export interface Page<Node> {
  readonly nodes: Node[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** Cuts a page of `first` out of rows that were fetched with one to spare. */
export function pageOf<Node>(rows: Node[], first: number, after: string | undefined): Page<Node> {
  return {
    nodes: rows.slice(0, first),
    hasNextPage: rows.length > first,
    hasPreviousPage: after !== undefined,
  };
}

export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(parts.join("|")).toString("base64url");
}

export function decodeCursor(cursor: string): string[] {
  return Buffer.from(cursor, "base64url").toString().split("|");
}

interface Edge<Node> {
  readonly cursor: string;
  readonly node: Node;
}

export interface Connection<Node> {
  readonly edges: Edge<Node>[];
  readonly nodes: Node[];
  readonly pageInfo: PageInfo;
}

/** The two GraphQL types of a paged list, with the way to make one from a page. */
export function connectionTypes<Node extends object>(
  nodeType: ClassType<Node>,
  cursorOf: (node: Node) => string,
): new (page: Page<Node>) => Connection<Node> {
  @ObjectType(`${nodeType.name}Edge`)
  class NodeEdge implements Edge<Node> {
    @Field(() => String)
    readonly cursor: string;

    @Field(() => nodeType)
    readonly node: Node;

    constructor(node: Node) {
      this.cursor = cursorOf(node);
      this.node = node;
    }
  }

  @ObjectType(`${nodeType.name}Connection`)
  class NodeConnection implements Connection<Node> {
    constructor(private readonly page: Page<Node>) {}

    @Field(() => [NodeEdge])
    get edges(): NodeEdge[] {
      return this.page.nodes.map((node) => new NodeEdge(node));
    }

    @Field(() => [nodeType])
    get nodes(): Node[] {
      return this.page.nodes;
    }

    @Field(() => PageInfo)
    get pageInfo(): PageInfo {
      const first = this.page.nodes.at(0);
      const last = this.page.nodes.at(-1);
      return new PageInfo(this.page, first ? cursorOf(first) : null, last ? cursorOf(last) : null);
    }
  }
  return NodeConnection;
}
