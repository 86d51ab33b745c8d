package org.mailcaravan.intake;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.DroppedFile;
import org.mailcaravan.model.Language;

/**
 * Writes answers into the drop folder, beside what they answer: the bean {@code answer-files} of
 * the routes. Thread-safe.
 */
public final class AnswerFiles {
  private static final String ENDING = ".answer.txt";

  /** Octets of what was told; a file that has grown larger begins anew. */
  private static final int LARGEST = 1 << 20;

  private final Path folder;

  /**
   * @param folder the drop folder
   */
  public AnswerFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Who dropped a file, of which a copy is kept in a folder of the drop folder.
   *
   * @param language of the file; null where it does not tell it
   */
  static DroppedFile beside(Path copy, @Nullable Language language) {
    Path folder = copy.toAbsolutePath().getParent();
    return new DroppedFile(
        (folder == null ? "" : folder.getFileName() + "/") + copy.getFileName() + ENDING, language);
  }

  /**
   * Adds what is told later of a request, unless it stands there already.
   *
   * @param head the beginning of its first line, which no other text has
   * @param text with a line end
   * @throws IOException when that is not possible now
   */
  public void add(DroppedFile to, String head, String text) throws IOException {
    Path file = folder.resolve(to.told());
    String before =
        Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= LARGEST
            ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
            : "";
    if (before.lines().noneMatch(line -> line.startsWith(head))) {
      PrivateFile.writeForOthers(before + (before.isEmpty() ? "" : "\n") + head + text, file);
    }
  }

  /**
   * Writes an answer; whoever may read the folder may read it.
   *
   * @throws IOException when that is not possible now
   */
  public void write(DroppedFile to, String text) throws IOException {
    PrivateFile.writeForOthers(text, folder.resolve(to.answer()));
  }
}
