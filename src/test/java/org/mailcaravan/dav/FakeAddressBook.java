package org.mailcaravan.dav;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.dav.ScriptedDavServer.Answer;
import org.mailcaravan.dav.ScriptedDavServer.Request;

/** Answers as a server with one address book would, which is at whatever path is asked for. */
final class FakeAddressBook implements Function<Request, Answer> {
  private static final String RESPONSE =
      "<d:response><d:href>%s</d:href><d:propstat><d:prop>%s</d:prop>"
          + "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>";

  /** What is in it, by path. */
  final Map<String, String> cards = Collections.synchronizedMap(new TreeMap<>());

  private final boolean withEtags;

  FakeAddressBook() {
    this(true);
  }

  /**
   * @param withEtags whether it tells the ETag of what was put
   */
  FakeAddressBook(boolean withEtags) {
    this.withEtags = withEtags;
  }

  static String etag(String content) {
    return "\"" + Integer.toHexString(content.hashCode()) + "\"";
  }

  @Override
  public Answer apply(Request request) {
    String there = cards.get(request.path());
    return switch (request.method()) {
      case "PROPFIND" -> Answer.of(207, multistatus(request));
      case "GET" ->
          there == null ? Answer.of(404) : new Answer(200, Map.of("ETag", etag(there)), there);
      case "PUT" -> put(request, there);
      default -> Answer.of(405);
    };
  }

  private Answer put(Request request, @Nullable String there) {
    String expected = request.headers().get("If-Match");
    boolean allowed =
        expected == null ? there == null : there != null && Objects.equals(expected, etag(there));
    if (!allowed) {
      return Answer.of(412);
    }
    cards.put(request.path(), request.body());
    int status = there == null ? 201 : 204;
    return withEtags ? Answer.of(status, "ETag", etag(request.body())) : Answer.of(status);
  }

  private String multistatus(Request request) {
    StringBuilder xml =
        new StringBuilder("<d:multistatus xmlns:d='DAV:' xmlns:c='")
            .append(DavXml.CARDDAV)
            .append("'>");
    xml.append(
        RESPONSE.formatted(
            request.path(), "<d:resourcetype><c:addressbook/><d:collection/></d:resourcetype>"));
    if ("1".equals(request.headers().get("Depth"))) {
      Map.copyOf(cards)
          .forEach(
              (path, card) ->
                  xml.append(
                      RESPONSE.formatted(
                          path, "<d:resourcetype/><d:getetag>" + etag(card) + "</d:getetag>")));
    }
    return xml.append("</d:multistatus>").toString();
  }
}
