package org.mailcaravan.store;

/**
 * Mailboxes that neither wait nor run, and of which the same is known.
 *
 * @param copiedBefore whether a pass has copied them, even if something in it needs attention
 * @param credentialsKept whether we still have the passwords for another pass
 * @param count how many there are
 */
public record EndedMailboxes(boolean copiedBefore, boolean credentialsKept, long count) {}
