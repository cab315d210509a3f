import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from "type-graphql";
import { pageOf, type Connection } from "./connection";
import type { BaselineContext } from "./context";
import { Customer } from "./customer";
import { Message } from "./message";
import { MessageConnection, messagesAfter, pageSize } from "./pages";

@Resolver(() => Message)
export class MessageResolver {
  @Query(() => MessageConnection)
  async messages(
    @Arg("first", () => Int, { defaultValue: 50 }) first: number,
    @Arg("after", () => String, { nullable: true }) after: string | undefined,
    @Ctx() { dataSource }: BaselineContext,
  ): Promise<Connection<Message>> {
    const size = pageSize(first);
    const rows = await dataSource.getRepository(Message).find({
      where: messagesAfter(after),
      order: { sentAt: "DESC", id: "DESC" },
      take: size + 1,
    });
    return new MessageConnection(pageOf(rows, size, after));
  }

  @FieldResolver(() => Customer, { nullable: true })
  customer(@Root() message: Message, @Ctx() { loaders }: BaselineContext): Promise<Customer | undefined> {
    return loaders.customer.load(message.customerId);
  }
}
