package org.mailcaravan.dav;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Where the address books or calendars of all mailboxes lie: a URL with {@code {email}} in its
 * path, for example {@code https://dav.example.org/{email}/contacts/}, or without, for example
 * {@code https://dav.example.org/}, where they are discovered (RFC 6764). Immutable and
 * thread-safe.
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
   * Checks a template. A slash is added when it does not end with one, because it names a
   * collection (RFC 4918, section 5.2).
   *
   * @throws IllegalArgumentException saying what is wrong with it, when it is no http or https URL,
   *     names no host, holds a login, a query or a fragment, or has {@code {email}} before its path
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
      throw new IllegalArgumentException("it holds a login, which does not belong into a URL");
    }
    if (sample.getRawQuery() != null || sample.getRawFragment() != null) {
      throw new IllegalArgumentException("it has a ? or # in it");
    }
    int path = template.indexOf('/', template.indexOf("://") + 3);
    if (template.contains(EMAIL) && (path < 0 || template.indexOf(EMAIL) < path)) {
      throw new IllegalArgumentException("{email} stands elsewhere than in its path");
    }
    return new CollectionTemplate(template.endsWith("/") ? template : template + "/");
  }

  /** Whether it names the collection of each mailbox, rather than where to discover it. */
  public boolean exact() {
    return template.contains(EMAIL);
  }

  /** Where to begin for one mailbox. */
  public DavAccount.Place placeFor(String email) {
    return new DavAccount.Place(forAddress(email), exact());
  }

  /** The URL of one mailbox; the address is percent-encoded as one segment of the path. */
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
