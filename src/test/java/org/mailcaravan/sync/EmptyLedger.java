package org.mailcaravan.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The database of a new data folder, made once: its migrations take longer than a small pass. */
final class EmptyLedger {
  private static final String FILE = "mailcaravan.mv.db";
  private static byte @Nullable [] empty;

  private EmptyLedger() {}

  /** A data folder that is as new. */
  static synchronized Path in(Path folder) {
    try {
      byte[] octets = empty;
      if (octets == null) {
        Path template = folder.resolveSibling(folder.getFileName() + "-template");
        // Nobody connects to that port.
        new Caravan(template, 1).close();
        octets = Files.readAllBytes(template.resolve(FILE));
        empty = octets;
      }
      Files.createDirectories(folder);
      Files.write(folder.resolve(FILE), octets);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
