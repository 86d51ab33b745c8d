package org.mailcaravan.intake;

import java.io.IOException;
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
   * Writes an answer; whoever may read the folder may read it.
   *
   * @throws IOException when that is not possible now
   */
  public void write(DroppedFile to, String text) throws IOException {
    PrivateFile.writeForOthers(text, folder.resolve(to.answer()));
  }
}
