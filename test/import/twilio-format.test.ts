import { readFileSync } from "node:fs";

import { ImportUsageError } from "../../src/import/import-messages";
import { imported, lines, useScratch } from "./scratch";

const scratch = useScratch();

const HEADER =
  "From,To,Body,Status,SentDate,ApiVersion,NumSegments,ErrorCode,AccountSid,Sid,Direction,Price,PriceUnit";
const TENANT = "+447700900001";
const CUSTOMER = "+447700900123";

interface Entry {
  readonly from?: string;
  readonly to?: string;
  readonly status?: string;
  readonly sentDate?: string;
  readonly errorCode?: string;
  readonly direction?: string;
}

let made = 0;

function entry({
  from = TENANT,
  to = CUSTOMER,
  status = "delivered",
  sentDate = "2026-11-11T09:00:00Z",
  errorCode = "",
  direction = "outbound-api",
}: Entry): string {
  return `${from},${to},Hello,${status},"${sentDate}",2010-04-01,1,${errorCode},AC1,SM${made++},${direction},-0.04,GBP`;
}

describe("Twilio's message log", () => {
  it("is recognised by its header, and names the customer by direction", async () => {
    const file = scratch(
      "log.csv",
      lines(
        HEADER,
        entry({ direction: "outbound-api" }),
        entry({ direction: "outbound-reply" }),
        entry({ direction: "outbound-call" }),
        entry({ from: CUSTOMER, to: TENANT, direction: "inbound", status: "received" }),
      ),
    );
    const { rows } = await imported(file);
    expect(rows).toMatchObject([
      ...[2, 3, 4].map((line) => ({
        line,
        direction: "OUTBOUND",
        customerNumber: CUSTOMER,
        senderId: TENANT,
      })),
      { line: 5, direction: "INBOUND", customerNumber: CUSTOMER, senderId: TENANT, status: "RECEIVED" },
    ]);
    expect(rows[0]).toMatchObject({ body: "Hello", segments: 1, errorCode: null });
    expect(rows[0]?.externalId).toMatch(/^SM\d+$/);
  });

  it.each([
    ["accepted", "QUEUED"],
    ["scheduled", "QUEUED"],
    ["queued", "QUEUED"],
    ["sending", "QUEUED"],
    ["sent", "SENT"],
    ["delivered", "DELIVERED"],
    ["read", "DELIVERED"],
    ["undelivered", "UNDELIVERED"],
    ["failed", "FAILED"],
    ["canceled", "FAILED"],
    ["receiving", "RECEIVED"],
    ["received", "RECEIVED"],
  ])("has the status %s, which is our %s", async (status, ours) => {
    const { rows } = await imported(scratch("status.csv", lines(HEADER, entry({ status }))));
    expect(rows).toMatchObject([{ status: ours }]);
  });

  it("rejects a status and a direction that Twilio does not have", async () => {
    const file = scratch("odd.csv", lines(HEADER, entry({ status: "lost" }), entry({ direction: "up" })));
    const { summary } = await imported(file);
    expect(summary.rejected).toBe(2);
    expect(readFileSync(`${file}.rejects.ndjson`, "utf8")).toBe(
      lines(
        '{"line":2,"reason":"status is not a known one"}',
        '{"line":3,"reason":"direction is not a known one"}',
      ),
    );
  });

  it.each(["2026-11-11T09:00:00Z", "Wed, 11 Nov 2026 09:00:00 +0000", "2026-11-11 09:00:00 UTC"])(
    "has dates such as %s",
    async (sentDate) => {
      const { rows } = await imported(scratch("dates.csv", lines(HEADER, entry({ sentDate }))));
      expect(rows).toMatchObject([{ sentAt: new Date("2026-11-11T09:00:00Z") }]);
    },
  );

  it("has 0 for no error", async () => {
    const file = scratch(
      "errors.csv",
      lines(HEADER, entry({ errorCode: "0" }), entry({ errorCode: "30003" })),
    );
    expect((await imported(file)).rows).toMatchObject([{ errorCode: null }, { errorCode: "30003" }]);
  });

  it("takes the date of creation for a message that was never sent", async () => {
    const text = lines(`${HEADER},DateCreated`, `${entry({ sentDate: "", status: "failed" })},2026-11-10`);
    const { rows } = await imported(scratch("unsent.csv", text));
    expect(rows).toMatchObject([{ sentAt: new Date("2026-11-10T00:00:00Z") }]);
  });

  it.each([
    ["INBOUND" as const, TENANT],
    ["OUTBOUND" as const, CUSTOMER],
  ])("without a direction finds the customer by the default, %s", async (direction, customerNumber) => {
    const file = scratch("default.csv", lines(HEADER, entry({ direction: "" })));
    const { rows } = await imported(file, { defaults: { direction, senderId: null } });
    expect(rows).toMatchObject([{ direction, customerNumber }]);
  });

  it("may call its id and date otherwise, and have more columns named by the map", async () => {
    const header = "MessageSid,From,To,Direction,DateSent,Body,Done,Charset";
    const file = scratch(
      "other.csv",
      lines(header, `SM1,${CUSTOMER},${TENANT},inbound,2026-11-11,Hi,2026-11-12,UCS-2`),
    );
    const map = new Map([
      ["Done", "deliveredAt"],
      ["Charset", "encoding"],
    ]);
    const { rows } = await imported(file, { map });
    expect(rows).toMatchObject([
      {
        externalId: "SM1",
        customerNumber: CUSTOMER,
        encoding: "UCS-2",
        deliveredAt: new Date("2026-11-12T00:00:00Z"),
      },
    ]);
  });

  it("that lacks columns is a wrong use that names them as Twilio does", async () => {
    const file = scratch("not.csv", lines("a,b,c,d", "1,2,3,4"));
    const attempt = imported(file, { format: "twilio" });
    await expect(attempt).rejects.toThrow(ImportUsageError);
    await expect(attempt).rejects.toThrow(
      "externalId (column Sid or MessageSid or ApiMessageSid or SmsSid), from (column From), to (column To), body (column Body)",
    );
  });
});
