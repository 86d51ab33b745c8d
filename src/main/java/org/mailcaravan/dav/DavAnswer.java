package org.mailcaravan.dav;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.w3c.dom.Element;

/**
 * What a server answered.
 *
 * @param uri what was asked for in the end, after redirects
 * @param body its beginning
 */
record DavAnswer(int status, URI uri, String body) {
  private static final int LONGEST_WORDS = 200;

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  /**
   * Whether the server names a precondition of WebDAV as the reason (RFC 4918, section 16), for
   * example {@code no-uid-conflict}.
   */
  boolean failedFor(String condition) {
    return conditions().contains(condition);
  }

  /** The preconditions that the server names as the reason. */
  List<String> conditions() {
    return DavXml.parse(body)
        .filter(root -> DavXml.is(root, DavXml.DAV, "error"))
        .map(root -> DavXml.children(root).map(Element::getLocalName).toList())
        .orElse(List.of());
  }

  /** Status and reason for sentences: "400 Bad Request", "403 valid-address-data". */
  String words() {
    String reason =
        Optional.of(conditions().stream().collect(Collectors.joining(", ")))
            .filter(named -> !named.isEmpty())
            .orElseGet(() -> plain(body));
    return (status + " " + reason).strip();
  }

  private static String plain(String markup) {
    String text =
        markup
            .replaceAll("(?is)<(style|script|head)\\b.*?</\\1>", " ")
            .replaceAll("<[^>]*>", " ")
            .replaceAll("[\\p{Cntrl}\\s]+", " ")
            .strip();
    return text.length() <= LONGEST_WORDS ? text : text.substring(0, LONGEST_WORDS) + "...";
  }
}
