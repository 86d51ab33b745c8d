package org.mailcaravan.dav;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The configured URL of all mailboxes' address books or calendars. With {@code {email}} in its
 * path, as in {@code https://dav.example.org/{email}/contacts/}, it names each collection; without,
 * as in {@code https://dav.example.org/}, the collections are discovered from it (RFC 6764).
 * Immutable and thread-safe.
 */
public final class CollectionTemplate {
  private static final String EMAIL = "{email}";
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~@";

  private final String template;

  private CollectionTemplate(String template) {
    this.template = template;
  }

  /**
   * Checks a template. A missing slash at its end is added, since it names a collection (RFC 4918,
   * section 5.2).
   *
   * @throws IllegalArgumentException with the reason, when it is no http or https URL, names no
   *     host, has a login, a query or a fragment, or has {@code {email}} before its path
   */
  public static CollectionTemplate of(String text) {
    String template = text.strip();
    URI sample;
    try {
      sample = URI.create(template.replace(EMAIL, "email"));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("it is not a URL", e);
    }
    String scheme = sample.getScheme() == null ? "" : sample.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) {
      throw new IllegalArgumentException("it does not begin with https:// or http://");
    }
    if (sample.getHost() == null) {
      throw new IllegalArgumentException("it names no host");
    }
    if (sample.getRawUserInfo() != null) {
      throw new IllegalArgumentException("it contains a login, which does not belong in a URL");
    }
    if (sample.getRawQuery() != null || sample.getRawFragment() != null) {
      throw new IllegalArgumentException("it contains ? or #");
    }
    int path = template.indexOf('/', template.indexOf("://") + 3);
    if (template.contains(EMAIL) && (path < 0 || template.indexOf(EMAIL) < path)) {
      throw new IllegalArgumentException("{email} may only be in its path");
    }
    return new CollectionTemplate(template.endsWith("/") ? template : template + "/");
  }

  /** Whether it names the collection of each mailbox, rather than where discovery begins. */
  public boolean exact() {
    return template.contains(EMAIL);
  }

  /** The place of one mailbox. */
  public DavAccount.Place placeFor(String email) {
    return new DavAccount.Place(forAddress(email), exact());
  }

  /** The URL of one mailbox, with its address percent-encoded as one segment of the path. */
  public URI forAddress(String email) {
    StringBuilder segment = new StringBuilder();
    for (byte octet : email.getBytes(StandardCharsets.UTF_8)) {
      if (octet > 0 && UNRESERVED.indexOf(octet) >= 0) {
        segment.append((char) octet);
      } else {
        segment.append('%').append("%02X".formatted(octet & 0xff));
      }
    }
    return URI.create(template.replace(EMAIL, segment));
  }

  @Override
  public String toString() {
    return template;
  }
}
