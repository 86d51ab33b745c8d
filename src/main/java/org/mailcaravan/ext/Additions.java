package org.mailcaravan.ext;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/** The file {@code added.txt} in ext: which jars belong to what was added, to remove them again. */
final class Additions {
  static final String FILE = "added.txt";

  private static final String COMMENT =
      "# Written by \"bin/mailcaravan ext\": what was added, and the jars that each needs.";

  private Additions() {}

  /**
   * Those of a folder, in the order in which they were added.
   *
   * @throws RequestRejected when the file cannot be read
   */
  static List<Addition> read(Path folder) {
    Path file = folder.resolve(FILE);
    List<Addition> additions = new ArrayList<>();
    if (!Files.exists(file)) {
      return additions;
    }
    try {
      for (String line : Files.readAllLines(file)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          List<String> words = Arrays.asList(line.strip().split(" ", -1));
          additions.add(new Addition(Artifact.parse(words.get(0)), words.subList(1, words.size())));
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new RequestRejected(
          new Problem(
              Where.file(file),
              "it cannot be read",
              Owner.US,
              "Delete it; the jars stay, and count as put there by hand."));
    }
    return additions;
  }

  /** Replaces the file as a whole. */
  static void write(Path folder, List<Addition> additions) throws IOException {
    List<String> lines = new ArrayList<>(List.of(COMMENT));
    for (Addition addition : additions) {
      lines.add(addition.artifact() + " " + String.join(" ", addition.jars()));
    }
    Path written = folder.resolve(FILE + ".new");
    Files.write(written, lines);
    Permissions.readableByAll(written);
    Path unused =
        Files.move(
            written,
            folder.resolve(FILE),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
  }
}
