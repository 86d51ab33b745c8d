package org.mailcaravan.dav;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a collection back, by ways of its own. */
public final class DavReader {
  private static final Pattern HREF = Pattern.compile("response>\\s*<(?:\\w+:)?href>([^<]*)<");

  private final String authorization;

  public DavReader(String username, String password) {
    byte[] login = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
    authorization = "Basic " + Base64.getEncoder().encodeToString(login);
  }

  /** The content of each resource by its name. */
  public Map<String, String> resources(URI collection) {
    List<String> hrefs =
        HREF.matcher(send("PROPFIND", collection)).results().map(match -> match.group(1)).toList();
    Map<String, String> resources = new TreeMap<>();
    for (String href : hrefs) {
      URI uri = collection.resolve(href);
      String path = uri.getPath();
      if (!path.endsWith("/")) {
        resources.put(path.substring(path.lastIndexOf('/') + 1), send("GET", uri));
      }
    }
    return resources;
  }

  /** What the server tells of a collection, as XML. */
  String properties(URI collection) {
    return send("PROPFIND", collection, "", DavXml.askForCollections());
  }

  /** Makes a calendar, as a user's program does. */
  public void makeCalendar(URI uri, String name) {
    makeCalendar(uri, name, null, Set.of());
  }

  void makeCalendar(URI uri, String name, @Nullable String colour, Set<String> components) {
    send("MKCALENDAR", uri, "", DavXml.makeCalendar(name, colour, components));
  }

  /** Makes an address book of a name, as a user's program does. */
  public void makeAddressBook(URI uri, String name) {
    send("MKCOL", uri, "", DavXml.makeAddressBook(name));
  }

  /** Gives a collection another name, as a user's program does. */
  void rename(URI collection, String name) {
    send(
        "PROPPATCH",
        collection,
        "",
        "<propertyupdate xmlns='DAV:'><set><prop><displayname>"
            + name
            + "</displayname></prop></set></propertyupdate>");
  }

  /** Stores a resource, as a user's program does. */
  public void put(URI uri, String content) {
    send(
        "PUT",
        uri,
        uri.getPath().endsWith(".vcf") ? "text/vcard" : "text/calendar",
        content.replace("\n", "\r\n"));
  }

  /** Changes a resource, as a user's program does. */
  public void change(URI uri, UnaryOperator<String> change) {
    put(uri, change.apply(send("GET", uri).replace("\r\n", "\n")));
  }

  public void delete(URI uri) {
    send("DELETE", uri);
  }

  private String send(String method, URI uri) {
    return send(method, uri, "", "");
  }

  private String send(String method, URI uri, String type, String body) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(uri)
            .version(HttpClient.Version.HTTP_1_1)
            .header("Authorization", authorization)
            .header("Depth", "1")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      builder.header("Content-Type", type.isEmpty() ? "application/xml" : type);
    }
    HttpRequest request = builder.build();
    try {
      // A new connection each time: Radicale closes idle ones just when they are used again.
      HttpResponse<String> response =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() / 100 != 2) {
        throw new AssertionError(method + " " + uri + ": " + response.statusCode());
      }
      return response.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
