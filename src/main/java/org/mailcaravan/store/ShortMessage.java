package org.mailcaravan.store;

/**
 * A message that was copied as it came, which is not what its server announces.
 *
 * @param given {@link org.mailcaravan.model.Fingerprint#whole} of what came
 * @param announced how many octets it should have; as many as came where a text came in place of
 *     the message, of the size that is announced
 * @param octets how many came
 * @param sure whether it is cut whatever sizes the server announces: it came without a body, with
 *     other content each time, or with the content of another message
 */
public record ShortMessage(String given, long announced, long octets, boolean sure) {
  /** Whether a text came in place of the message, of the size that is announced. */
  public boolean isStandIn() {
    return announced == octets;
  }

  /** Whether a message is cut no more, since its server now announces what came. */
  public boolean fits(long announcedNow) {
    return !isStandIn() && announcedNow == octets;
  }
}
