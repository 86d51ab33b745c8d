package org.mailcaravan.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the commands of this machine where the service of a data folder listens. */
final class ServiceFile {
  /** The name of the file in the data folder. */
  static final String FILE = "service.json";

  private static final Logger LOG = LoggerFactory.getLogger(ServiceFile.class);

  private final Path file;

  ServiceFile(Path dataFolder) {
    file = dataFolder.resolve(FILE);
  }

  /**
   * Writes it; one that a killed service left is replaced.
   *
   * @param url where the API is, without the version
   * @throws RequestRejected when it cannot be written
   */
  void write(String url, String node, Instant started) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("url", url);
    fields.put("node", node);
    fields.put("pid", ProcessHandle.current().pid());
    fields.put("started", started.toString());
    try {
      OwnFile.write(file, new ObjectMapper().writeValueAsString(fields) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new RequestRejected(
          new Problem(
              Where.onDisk("file", file),
              "it cannot be written (" + e.getClass().getSimpleName() + ")",
              Owner.US,
              "Check that this user may write there, and that the disk is not full."));
    }
  }

  /** Deletes it: nobody listens any more. */
  void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn(
          "{} cannot be deleted, and names a service that has stopped: {}", file, e.toString());
    }
  }
}
