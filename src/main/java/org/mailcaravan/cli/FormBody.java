package org.mailcaravan.cli;

import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Files as a form (multipart/form-data, RFC 7578), read when they are sent. For one thread. */
final class FormBody {
  private static final String LINE = "\r\n";

  private final String boundary = "form-" + UUID.randomUUID();
  private final List<BodyPublisher> parts = new ArrayList<>();

  /**
   * Adds a file as a field.
   *
   * @throws FileNotFoundException when it is missing, or this user may not read it
   */
  void add(String field, Path file) throws FileNotFoundException {
    parts.add(
        BodyPublishers.ofString(
            "--"
                + boundary
                + LINE
                + "Content-Disposition: form-data; name=\""
                + field
                + "\"; filename=\""
                + name(file)
                + "\""
                + LINE
                + LINE));
    parts.add(BodyPublishers.ofFile(file));
    parts.add(BodyPublishers.ofString(LINE));
  }

  /** As browsers write it (HTML, section "multipart form data"). */
  private static String name(Path file) {
    return String.valueOf(file.getFileName())
        .replace("\"", "%22")
        .replace("\r", "%0D")
        .replace("\n", "%0A");
  }

  /** Its media type. */
  String type() {
    return "multipart/form-data; boundary=" + boundary;
  }

  BodyPublisher publisher() {
    List<BodyPublisher> all = new ArrayList<>(parts);
    all.add(BodyPublishers.ofString("--" + boundary + "--" + LINE));
    return BodyPublishers.concat(all.toArray(BodyPublisher[]::new));
  }
}
