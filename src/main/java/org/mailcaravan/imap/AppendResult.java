package org.mailcaravan.imap;

/** What became of one message of an append. */
public sealed interface AppendResult {
  /**
   * It is stored.
   *
   * @param uidValidity of the folder, from APPENDUID (UIDPLUS, RFC 4315), or -1 when the server
   *     does not tell
   * @param uid of the new message, or -1 when the server does not tell
   */
  record Appended(long uidValidity, long uid) implements AppendResult {}

  /**
   * The server answered NO or BAD, and the message is not stored.
   *
   * @param refusal what it said
   * @param together how many messages were refused by the same answer: more than one after a
   *     MULTIAPPEND, where one bad message refuses all (RFC 3502) and it is up to the caller to
   *     find it
   */
  record Refused(ServerRefusal refusal, int together) implements AppendResult {}
}
