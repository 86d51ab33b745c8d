package org.mailcaravan.dav;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.model.VisibleText;
import org.w3c.dom.Element;

/**
 * The answer of a server.
 *
 * @param reason the reason phrase of the status line, often empty
 * @param uri the URL that answered, after redirects
 * @param etag of the resource, or null when the server gives none
 * @param octets the body, or its beginning
 * @param whole whether octets are the whole body
 * @param scheduling what its headers say about invitations
 * @param mask hides the login in text of the server
 */
@SuppressWarnings("ArrayRecordComponent") // short-lived, never compared
record DavAnswer(
    int status,
    String reason,
    URI uri,
    @Nullable String etag,
    byte[] octets,
    boolean whole,
    Scheduling scheduling,
    SecretMask mask) {
  private static final int LONGEST_WORDS = 200;
  private static final int LONGEST_ERROR = 64 << 10;
  // Elements of sabre/dav, on which Nextcloud is built, hold text. They are not conditions.
  private static final String SABRE = "http://sabredav.org/ns";

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  /** The body as text, or its beginning. */
  private String body() {
    boolean cut = !whole || octets.length > LONGEST_ERROR;
    byte[] start = cut ? Arrays.copyOf(octets, Math.min(octets.length, LONGEST_ERROR)) : octets;
    return cut ? new String(start, StandardCharsets.UTF_8) : ExportText.decode(start);
  }

  /**
   * Whether the server names a certain precondition as the reason (RFC 4918, section 16), for
   * example {@code no-uid-conflict}.
   */
  boolean failedFor(String condition) {
    return conditions().contains(condition);
  }

  /** The preconditions that the server names as the reason. */
  List<String> conditions() {
    return error().map(root -> named(root).map(Element::getLocalName).toList()).orElse(List.of());
  }

  private static Stream<Element> named(Element error) {
    return DavXml.children(error)
        .filter(each -> !SABRE.equals(each.getNamespaceURI()) && !ErrorWords.isSentence(each));
  }

  /** The first href in a DAV:error, or empty. */
  Optional<String> errorHref() {
    return error()
        .flatMap(root -> DavXml.descendants(root, DavXml.DAV, "href").findFirst())
        .map(Element::getTextContent);
  }

  private Optional<Element> error() {
    return xml().filter(root -> DavXml.is(root, DavXml.DAV, "error"));
  }

  private Optional<Element> xml() {
    return octets.length > LONGEST_ERROR ? Optional.empty() : DavXml.parse(body());
  }

  /** Status and reason for a message: "400 Bad Request", "403 valid-address-data". */
  String words() {
    String told = VisibleText.of(ErrorWords.line(mask.of(told())));
    // Many error pages repeat the status.
    String rest = told.replaceFirst("^" + status + "\\b", "").strip();
    return (status + " " + bounded(rest)).strip();
  }

  private String told() {
    String told = xml().filter(root -> !isPage(root)).map(DavAnswer::told).orElse("");
    if (told.isEmpty()) {
      told = ErrorWords.of(body());
    }
    return told.isEmpty() ? reason : told;
  }

  private static boolean isPage(Element root) {
    return root.getLocalName().equalsIgnoreCase("html");
  }

  /** The names of conditions, then sentences. */
  private static String told(Element root) {
    Stream<String> conditions =
        DavXml.is(root, DavXml.DAV, "error")
            ? named(root)
                .map(
                    each ->
                        ErrorWords.ownText(each).isEmpty()
                            ? each.getLocalName()
                            : each.getLocalName() + " (" + ErrorWords.ownText(each) + ")")
            : Stream.empty();
    return Stream.concat(conditions, Stream.of(ErrorWords.of(root)))
        .filter(each -> !each.isEmpty())
        .collect(Collectors.joining(", "));
  }

  private static String bounded(String text) {
    return text.length() <= LONGEST_WORDS ? text : text.substring(0, LONGEST_WORDS) + "...";
  }
}
