package org.mailcaravan.imap;

/** The outcome of appending one message. */
public sealed interface AppendResult {
  /**
   * The message is stored.
   *
   * @param uidValidity of the folder, from APPENDUID (UIDPLUS, RFC 4315), or -1 when the server
   *     does not say
   * @param uid of the new message, or -1 when the server does not say
   */
  record Appended(long uidValidity, long uid) implements AppendResult {}

  /**
   * The server answered NO or BAD, and the message is not stored.
   *
   * @param refusal what the server said
   * @param together how many messages the same answer refused: more than one after a MULTIAPPEND,
   *     where one bad message fails all (RFC 3502)
   */
  record Refused(ServerRefusal refusal, int together) implements AppendResult {}
}
