package org.mailcaravan.model;

import java.util.Locale;

/**
 * The kind of a problem. {@code docs/problems.md} says what each code means, who can fix it and
 * how. A code never changes its name or meaning, since stored results and other people's scripts
 * use it.
 */
public enum ProblemCode {
  /** The server refuses the login, and its answer fits no other code. */
  LOGIN_REFUSED,
  /** The server says that user name or password are wrong. */
  WRONG_PASSWORD,
  /** The account accepts only an app password. */
  APP_PASSWORD_NEEDED,
  /** IMAP is switched off, for the account or for its plan. */
  IMAP_DISABLED,
  /** A person has to log in with a browser first, or solve a captcha. */
  WEB_LOGIN_NEEDED,
  /** Logins are blocked for a while, after too many logins or wrong passwords. */
  TOO_MANY_LOGINS,
  /** The account is suspended, disabled, locked or gone. */
  ACCOUNT_SUSPENDED,
  /** The password is right and has expired. */
  PASSWORD_EXPIRED,
  /** The server accepts no password without TLS. */
  TLS_NEEDED,
  /** The server blocks our address or its country. */
  ADDRESS_BLOCKED,
  /** The mail server refuses an OAuth token: it is revoked, or lacks a right. */
  TOKEN_REFUSED,
  /**
   * The token server issues no OAuth token: the application, its secret or a consent is missing.
   */
  TOKEN_NOT_ISSUED,
  /** The login works, but the account has no mailbox that it may open. */
  NO_MAILBOX,
  /** The password at the old provider has not come yet. */
  NO_PASSWORD,
  /** The password or token of this mailbox was deleted here. */
  NO_CREDENTIALS,
  /** The server offers no login method that we support. */
  NO_LOGIN_METHOD,

  /** The server says that it, or a part of it, is not available now. */
  SERVER_DOWN,
  /** The server asks us to slow down or wait. */
  THROTTLED,
  /** The connection was lost. */
  CONNECTION_LOST,
  /** The server's name does not exist. */
  UNKNOWN_HOST,
  /** Nothing answers at the address and port, or not in time. */
  UNREACHABLE,
  /** What answers does not speak IMAP. */
  NOT_IMAP,
  /** The rules do not allow the address of the server. */
  ADDRESS_FORBIDDEN,
  /** The rules do not allow a connection in plain text. */
  PLAINTEXT_FORBIDDEN,

  /** The port uses another security (TLS, STARTTLS or none) than the row says. */
  TLS_WRONG_SECURITY,
  /** The server does not offer the STARTTLS that the row asks for. */
  NO_STARTTLS,
  /** The server's certificate has expired. */
  TLS_EXPIRED,
  /** The server's certificate is not valid yet. */
  TLS_NOT_YET_VALID,
  /** The server's certificate is self-signed. */
  TLS_SELF_SIGNED,
  /** The server's certificate is for another name. */
  TLS_WRONG_NAME,
  /** The issuer of the server's certificate is not trusted. */
  TLS_UNKNOWN_ISSUER,
  /** The server's certificate was revoked. */
  TLS_REVOKED,
  /** The server's TLS versions, ciphers or keys are too weak. */
  TLS_WEAK,
  /** TLS failed for another reason. */
  TLS_FAILED,

  /** The server refused a command, and its answer fits no other code. */
  COMMAND_REFUSED,
  /** The server lists no folder at all. */
  NO_FOLDERS,
  /** A folder cannot be opened or created. */
  FOLDER_REFUSED,
  /** A folder was replaced by another one with the same name while it was copied. */
  FOLDER_REPLACED,
  /** A folder that was there is gone. */
  FOLDER_GONE,
  /** A server announces more messages than it shows, or fails while it lists folders. */
  PARTIAL_VIEW,
  /** A folder shows a round number of messages: a setting may limit what IMAP shows. */
  FOLDER_CAPPED(Severity.WARNING),
  /** The two sides of a folder could not be compared. */
  NOT_COMPARED,

  /** The source cannot give a message. */
  MESSAGE_UNREADABLE,
  /** The source gives less of a message than it announces. */
  MESSAGE_CUT(Severity.WARNING),
  /** The destination refuses a message. */
  MESSAGE_REFUSED,
  /** A message is larger than the destination accepts. */
  MESSAGE_TOO_LARGE,
  /** The destination said that it stored a message, but the message is not there. */
  MESSAGE_NOT_STORED,
  /** Messages of the source have no copy at the destination. */
  MESSAGE_MISSING,
  /** Copies that were at the destination are no longer there. */
  MESSAGE_GONE,
  /** A copy differs from its message. */
  MESSAGE_ALTERED(Severity.WARNING),
  /** The destination has a message more often than it should. */
  MESSAGE_DOUBLED(Severity.WARNING),
  /** A step of the routes dropped messages. */
  MESSAGE_DROPPED,
  /** The mailbox at the destination is full. */
  QUOTA_FULL,
  /** The destination does not keep flags or keywords, or the source does not show them. */
  FLAGS_NOT_KEPT(Severity.WARNING),

  /** The disk of this program is full. */
  DISK_FULL,
  /** The program was stopped before it began this work. */
  INTERRUPTED,
  /** An error in this program. */
  FAULT,
  /** Any other problem; the cause describes it. */
  OTHER;

  private final Severity severity;
  private final String id = name().toLowerCase(Locale.ROOT).replace('_', '-');

  ProblemCode() {
    this(Severity.ERROR);
  }

  ProblemCode(Severity severity) {
    this.severity = severity;
  }

  /** The severity of problems of this kind. */
  public Severity severity() {
    return severity;
  }

  /** The code as reports and documents show it: {@code message-unreadable}. */
  public String id() {
    return id;
  }
}
