package org.mailcaravan.model;

/**
 * The right of a node to run a pass, until its lease ends.
 *
 * @param pass the number of the pass
 * @param fence grows with each claim of the pass; what an earlier owner still writes is refused by
 *     it
 * @param attempts how often the pass was given back to wait before
 * @param inboxOnly whether only INBOX is copied, since the window of the mailbox is closed
 * @param mailbox what the pass is over
 */
public record Claim(long pass, long fence, int attempts, boolean inboxOnly, Mailbox mailbox) {}
