package org.mailcaravan.model;

/**
 * What {@code check} found on one side of a mailbox.
 *
 * @param ok whether login and opening INBOX worked; if not, the numbers are 0
 * @param folders folders that can hold messages and are not left out
 * @param messages in all of them; where a server shows one in several folders (Gmail), once
 * @param bytes their size in octets as the server announces it, or -1 when it cannot tell cheaply
 */
public record SideCheck(boolean ok, int folders, long messages, long bytes) {
  /** Login and opening INBOX worked, and nothing was counted. */
  public static final SideCheck UNCOUNTED = new SideCheck(true, 0, 0, -1);

  /** The side could not be checked. */
  public static final SideCheck FAILED = new SideCheck(false, 0, 0, 0);
}
