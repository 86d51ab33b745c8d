package org.mailcaravan.model;

/**
 * What the policy of a mailbox sets, as config/policies.yaml says it. What it does not set is as
 * for all mailboxes.
 *
 * @param name empty where the mailbox has no policy
 * @param resyncMinutes between the end of a pass and the next catch-up pass; 0 where it does not
 *     say
 * @param window the text of a {@link Window} with its time zone; empty where it does not say
 * @param connections to each server, for one mailbox; 0 where it does not say
 * @param inboxFirst whether INBOX is copied also while the window of the mailbox is closed
 */
public record Policy(
    String name, int resyncMinutes, String window, int connections, boolean inboxFirst) {
  /** Of a mailbox without a policy. */
  public static final Policy NONE = new Policy("", 0, "", 0, false);

  public Policy {
    if (resyncMinutes < 0 || connections < 0) {
      throw new IllegalArgumentException("a policy with less than nothing: " + name);
    }
  }

  /** How many connections a mailbox gets where so many are usual. */
  public int ofConnections(int usual) {
    return connections == 0 ? usual : connections;
  }
}
