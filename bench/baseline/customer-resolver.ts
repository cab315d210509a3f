import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from "type-graphql";
import { MoreThan } from "typeorm";
import { decodeCursor, pageOf, type Connection } from "./connection";
import { ConsentRecord } from "./consent-record";
import type { BaselineContext } from "./context";
import { Customer } from "./customer";
import { CustomerConnection, MessageConnection, messagesAfter, pageSize } from "./pages";
import { Message } from "./message";

@Resolver(() => Customer)
export class CustomerResolver {
  @Query(() => Customer, { nullable: true })
  customer(
    @Arg("id", () => ID) id: string,
    @Ctx() { dataSource }: BaselineContext,
  ): Promise<Customer | null> {
    return dataSource.getRepository(Customer).findOneBy({ id });
  }

  @Query(() => CustomerConnection)
  async customers(
    @Arg("first", () => Int, { defaultValue: 25 }) first: number,
    @Arg("after", () => String, { nullable: true }) after: string | undefined,
    @Ctx() { dataSource }: BaselineContext,
  ): Promise<Connection<Customer>> {
    const size = pageSize(first);
    const [afterId] = after === undefined ? [] : decodeCursor(after);
    const rows = await dataSource.getRepository(Customer).find({
      where: afterId === undefined ? {} : { id: MoreThan(afterId) },
      order: { id: "ASC" },
      take: size + 1,
    });
    return new CustomerConnection(pageOf(rows, size, after));
  }

  @FieldResolver(() => [ConsentRecord], { nullable: true })
  consents(@Root() customer: Customer, @Ctx() { loaders }: BaselineContext): Promise<ConsentRecord[]> {
    return loaders.consents.load(customer.id);
  }

  @FieldResolver(() => MessageConnection, { nullable: true })
  async messages(
    @Root() customer: Customer,
    @Arg("first", () => Int, { defaultValue: 50 }) first: number,
    @Arg("after", () => String, { nullable: true }) after: string | undefined,
    @Ctx() { dataSource, loaders }: BaselineContext,
  ): Promise<Connection<Message>> {
    const size = pageSize(first);
    if (after === undefined) return new MessageConnection(await loaders.messages(size).load(customer.id));
    const rows = await dataSource.getRepository(Message).find({
      where: messagesAfter(after).map((place) => ({ ...place, customerId: customer.id })),
      order: { sentAt: "DESC", id: "DESC" },
      take: size + 1,
    });
    return new MessageConnection(pageOf(rows, size, after));
  }
}
