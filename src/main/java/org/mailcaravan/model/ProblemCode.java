package org.mailcaravan.model;

import java.util.Locale;

/**
 * What kind of problem it is, for programs and for looking it up: {@code docs/problems.md} says of
 * each what it means, who can fix it and how. A code keeps its name and its meaning for ever, since
 * stored results and other people's scripts hold it.
 */
public enum ProblemCode {
  /** The server refuses the login in words that say nothing that we know. */
  LOGIN_REFUSED,
  /** User name or password are wrong, as the server says. */
  WRONG_PASSWORD,
  /** The account takes an app password only. */
  APP_PASSWORD_NEEDED,
  /** IMAP is switched off, for the account or for its plan. */
  IMAP_DISABLED,
  /** A person has to log in with a browser first, or solve a captcha. */
  WEB_LOGIN_NEEDED,
  /** Too many logins or wrong passwords: logins are banned for a while. */
  TOO_MANY_LOGINS,
  /** The account is suspended, disabled, locked or gone. */
  ACCOUNT_SUSPENDED,
  /** The password is right and has expired. */
  PASSWORD_EXPIRED,
  /** The server takes no password without TLS. */
  TLS_NEEDED,
  /** Our address, or its country, is not let in. */
  ADDRESS_BLOCKED,
  /** An OAuth token is expired, revoked or without the right to read mail. */
  TOKEN_REFUSED,
  /** The login works, and there is no mailbox behind it that it may open. */
  NO_MAILBOX,
  /** We keep no password or token of this mailbox any more. */
  NO_CREDENTIALS,
  /** The server offers no way to log in that we know. */
  NO_LOGIN_METHOD,

  /** The server says that it, or a part of it, does not work now. */
  SERVER_DOWN,
  /** The server asks for patience. */
  THROTTLED,
  /** The connection ended in the middle of the work. */
  CONNECTION_LOST,
  /** The server's name does not exist. */
  UNKNOWN_HOST,
  /** Nothing answers at the server's address and port, or nothing in time. */
  UNREACHABLE,
  /** Something answers that does not speak IMAP. */
  NOT_IMAP,
  /** The server's address is one that our rules do not allow. */
  ADDRESS_FORBIDDEN,
  /** Our rules do not allow a connection in plain text. */
  PLAINTEXT_FORBIDDEN,

  /** The port speaks another security than the one asked for. */
  TLS_WRONG_SECURITY,
  /** STARTTLS was asked for, and the server does not offer it. */
  NO_STARTTLS,
  /** The server's certificate has expired. */
  TLS_EXPIRED,
  /** The server's certificate is not valid yet. */
  TLS_NOT_YET_VALID,
  /** The server signed its certificate itself. */
  TLS_SELF_SIGNED,
  /** The server's certificate is for another name. */
  TLS_WRONG_NAME,
  /** Nobody whom we trust issued the server's certificate. */
  TLS_UNKNOWN_ISSUER,
  /** The server's certificate was revoked. */
  TLS_REVOKED,
  /** The server has only TLS versions, ciphers or keys that are too weak. */
  TLS_WEAK,
  /** TLS failed for another reason. */
  TLS_FAILED,

  /** The server refused a command in words that say nothing that we know. */
  COMMAND_REFUSED,
  /** The server lists no folder at all. */
  NO_FOLDERS,
  /** A folder cannot be opened, or cannot be made. */
  FOLDER_REFUSED,
  /** A folder was replaced by another of its name while it was copied. */
  FOLDER_REPLACED,
  /** A folder that was there has gone. */
  FOLDER_GONE,
  /** A server announces more messages than it shows, or fails at a folder while it lists them. */
  PARTIAL_VIEW,
  /** A folder shows a round number of messages, as a cap on what IMAP shows does. */
  FOLDER_CAPPED(Severity.WARNING),
  /** A folder could not be compared on both sides. */
  NOT_COMPARED,

  /** The source cannot give a message. */
  MESSAGE_UNREADABLE,
  /** The source gives less of a message than it announces. */
  MESSAGE_CUT(Severity.WARNING),
  /** The destination refuses a message. */
  MESSAGE_REFUSED,
  /** A message is larger than the destination takes. */
  MESSAGE_TOO_LARGE,
  /** The destination says that it stored a message, and the message is not there. */
  MESSAGE_NOT_STORED,
  /** Messages of the source have no copy at the destination. */
  MESSAGE_MISSING,
  /** Copies that were at the destination are no longer there. */
  MESSAGE_GONE,
  /** A copy is not as its message. */
  MESSAGE_ALTERED(Severity.WARNING),
  /** The destination has a message more often than it was given it. */
  MESSAGE_DOUBLED(Severity.WARNING),
  /** A step of the routes dropped messages. */
  MESSAGE_DROPPED,
  /** The mailbox at the destination is full. */
  QUOTA_FULL,
  /** Flags or keywords are not at the destination as they are at the source. */
  FLAGS_NOT_KEPT(Severity.WARNING),

  /** There is no room on our own disk. */
  DISK_FULL,
  /** The program was told to stop before it had begun with this. */
  INTERRUPTED,
  /** A fault of ours. */
  FAULT,
  /** Anything else: the words tell it. */
  OTHER;

  private final Severity severity;
  private final String id = name().toLowerCase(Locale.ROOT).replace('_', '-');

  ProblemCode() {
    this(Severity.ERROR);
  }

  ProblemCode(Severity severity) {
    this.severity = severity;
  }

  /** How much a problem of this kind weighs. */
  public Severity severity() {
    return severity;
  }

  /** As reports and documents show it, in kebab case: {@code message-unreadable}. */
  public String id() {
    return id;
  }
}
