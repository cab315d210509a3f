import { GraphQLDateTime } from "graphql-scalars";
import { ObjectType } from "type-graphql";
import { ExposedAs, Open } from "../../domain/classified";
import { computed } from "../../domain/kind";

const orNull = { nullable: true };
const text = () => String;

@ExposedAs("Session")
export class SessionView {
  @Open(null, computed(text)) token!: string;
  @Open(null, computed(() => GraphQLDateTime)) expiresAt!: Date;
}

@ObjectType({ description: "Password accepted; a TOTP code is still needed when `session` is null." })
export class LoginResult {
  @Open(null, computed(() => SessionView, orNull)) session!: SessionView | null;
  @Open(null, computed(text, orNull)) challenge!: string | null;
}

/** What goes into an authenticator app; only its owner is ever told it, once. */
@ExposedAs("TotpEnrolment")
export class TotpEnrolmentView {
  @Open(null, computed(text)) secret!: string;
  @Open(null, computed(text)) uri!: string;
  @Open(null, computed(text)) qrSvg!: string;
  @Open(null, computed(text)) qrText!: string;
}
