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
import java.util.TreeMap;
import java.util.regex.Pattern;

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

  private String send(String method, URI uri) {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Authorization", authorization)
            .header("Depth", "1")
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
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
