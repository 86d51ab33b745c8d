package org.mailcaravan.providers;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.mailcaravan.http.HttpConnections;
import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.model.VisibleText;

/**
 * Fetches files that tell mail programs their settings. Only by https, so that the certificate says
 * whose file it is; at most 64 KiB, and at most three redirects. Every host, of a redirect too, is
 * connected to under the rules for strangers' servers. Thread-safe.
 */
final class ConfigFiles {
  private static final int MOST_OCTETS = 64 << 10;
  private static final int MOST_REDIRECTS = 3;
  private static final int LONGEST_URL = 500;

  private final HttpConnections http;

  ConfigFiles(HttpConnections http) {
    this.http = http;
  }

  /**
   * The content of a file.
   *
   * @param hasTime whether a redirect may still be followed
   */
  byte[] fetch(URI file, BooleanSupplier hasTime) throws NoAnswer {
    URI at = file;
    for (int redirects = 0; ; redirects++) {
      HttpConnections.Answer answer = get(at);
      if (answer.status() < 300 || answer.status() > 399) {
        return content(answer);
      }
      if (redirects == MOST_REDIRECTS) {
        throw new NoAnswer("redirects more than " + MOST_REDIRECTS + " times");
      }
      at = target(at, answer.first("Location").orElse(""));
      if (!hasTime.getAsBoolean()) {
        throw new NoAnswer("redirects, and the search took too long");
      }
    }
  }

  private static byte[] content(HttpConnections.Answer answer) throws NoAnswer {
    if (answer.status() == 404 || answer.status() == 410) {
      throw new NoAnswer("there is no such file");
    }
    if (answer.status() != 200) {
      throw new NoAnswer("the server answers " + answer.status());
    }
    if (!answer.whole()) {
      throw new NoAnswer("is larger than " + (MOST_OCTETS >> 10) + " KiB");
    }
    return answer.octets();
  }

  private static URI target(URI from, String location) throws NoAnswer {
    try {
      URI to = from.resolve(URI.create(location));
      if (location.length() <= LONGEST_URL
          && "https".equalsIgnoreCase(to.getScheme())
          && to.getHost() != null
          && to.getRawUserInfo() == null) {
        return to;
      }
    } catch (IllegalArgumentException e) {
      // As any other redirect that is not followed.
    }
    throw new NoAnswer("redirects to what is no https URL");
  }

  private HttpConnections.Answer get(URI at) throws NoAnswer {
    try {
      return http.send(
          "GET", at, Map.of("Accept", "text/xml, application/xml"), new byte[0], MOST_OCTETS);
    } catch (TimeoutException e) {
      throw new NoAnswer("the server did not answer in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoAnswer("the program is stopping");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new NoAnswer(
          e.getCause() instanceof ConnectFailed failed
              ? VisibleText.of(String.valueOf(failed.getMessage()))
              : "the server broke the connection, or its answer is not HTTP");
    }
  }
}
