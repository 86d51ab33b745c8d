package org.mailcaravan.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/** The file with a request that a command names. */
final class RequestFile {
  private RequestFile() {}

  /**
   * The file, if there is one.
   *
   * @throws RequestRejected when it is missing, or not a file
   */
  static Path of(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new RequestRejected(
          new Problem(
              Where.file(file),
              Files.exists(file) ? "it is not a file" : "there is no such file",
              Owner.US,
              "Give the path of a CSV, JSON or Excel file (.xlsx); \"mailcaravan template\" prints an empty one."));
    }
    return file;
  }
}
