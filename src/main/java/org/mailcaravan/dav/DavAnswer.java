package org.mailcaravan.dav;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.SecretMask;
import org.w3c.dom.Element;

/**
 * What a server answered.
 *
 * @param uri what was asked for in the end, after redirects
 * @param etag of the resource, or null where the server gives none
 * @param octets of its body, at least its beginning
 * @param whole whether that is all of it
 * @param scheduling what its headers tell of that
 * @param mask hides the login in its words
 */
@SuppressWarnings("ArrayRecordComponent") // short-lived, never compared
record DavAnswer(
    int status,
    URI uri,
    @Nullable String etag,
    byte[] octets,
    boolean whole,
    Scheduling scheduling,
    SecretMask mask) {
  private static final int LONGEST_WORDS = 200;
  private static final int LONGEST_ERROR = 64 << 10;
  // Of sabre/dav and what is built on it, Nextcloud for one: its words, not conditions.
  private static final String SABRE = "http://sabredav.org/ns";

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  /** Its body, or the beginning of it. */
  private String body() {
    return new String(octets, StandardCharsets.UTF_8);
  }

  /**
   * Whether the server names a precondition of WebDAV as the reason (RFC 4918, section 16), for
   * example {@code no-uid-conflict}.
   */
  boolean failedFor(String condition) {
    return conditions().contains(condition);
  }

  /** The preconditions that the server names as the reason; what else it tells is none. */
  List<String> conditions() {
    return error()
        .map(
            root ->
                DavXml.children(root)
                    .filter(each -> !SABRE.equals(each.getNamespaceURI()))
                    .map(Element::getLocalName)
                    .toList())
        .orElse(List.of());
  }

  private Optional<String> message() {
    return error()
        .flatMap(root -> DavXml.descendants(root, SABRE, "message").findFirst())
        .map(Element::getTextContent);
  }

  /** The first href in the error that the server tells, or empty. */
  Optional<String> errorHref() {
    return error()
        .flatMap(root -> DavXml.descendants(root, DavXml.DAV, "href").findFirst())
        .map(Element::getTextContent);
  }

  private Optional<Element> error() {
    return octets.length > LONGEST_ERROR
        ? Optional.empty()
        : DavXml.parse(body()).filter(root -> DavXml.is(root, DavXml.DAV, "error"));
  }

  /** Status and reason for sentences: "400 Bad Request", "403 valid-address-data". */
  String words() {
    String reason =
        Stream.concat(conditions().stream(), message().stream().map(DavAnswer::plain))
            .filter(told -> !told.isEmpty())
            .reduce((one, other) -> one + ", " + other)
            .orElseGet(() -> plain(start()));
    return (status + " " + bounded(mask.of(reason))).strip();
  }

  private String start() {
    return new String(octets, 0, Math.min(octets.length, LONGEST_ERROR), StandardCharsets.UTF_8);
  }

  private static String plain(String markup) {
    return markup
        .replaceAll("(?is)<(style|script|head)\\b.*?</\\1>", " ")
        .replaceAll("<[^>]*>", " ")
        .replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Z}\\s]+", " ")
        .strip();
  }

  private static String bounded(String text) {
    return text.length() <= LONGEST_WORDS ? text : text.substring(0, LONGEST_WORDS) + "...";
  }
}
