/** One entry of a page with its cursor, which is only made where it is asked for. */
class Edge<T> {
  constructor(
    readonly node: T,
    private readonly cursorOf: (node: T) => string,
  ) {}

  get cursor(): string {
    return this.cursorOf(this.node);
  }
}

/** What a page knows of its place in the list. */
class PageInfoOf<T> {
  constructor(
    private readonly nodes: readonly T[],
    readonly hasNextPage: boolean,
    readonly hasPreviousPage: boolean,
    private readonly cursorOf: (node: T) => string,
  ) {}

  get startCursor(): string | null {
    const first = this.nodes[0];
    return first === undefined ? null : this.cursorOf(first);
  }

  get endCursor(): string | null {
    const last = this.nodes.at(-1);
    return last === undefined ? null : this.cursorOf(last);
  }
}

/** A page of a list, in the shape of a Relay connection. */
export class Page<T> {
  readonly pageInfo: PageInfoOf<T>;
  #edges: readonly Edge<T>[] | undefined;

  constructor(
    readonly nodes: readonly T[],
    private readonly cursorOf: (node: T) => string,
    place: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean },
    readonly totalCount: number | null,
  ) {
    this.pageInfo = new PageInfoOf(nodes, place.hasNextPage, place.hasPreviousPage, cursorOf);
  }

  get edges(): readonly Edge<T>[] {
    this.#edges ??= this.nodes.map((node) => new Edge(node, this.cursorOf));
    return this.#edges;
  }
}
