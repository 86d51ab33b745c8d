package org.mailcaravan.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Finds the files of contacts and calendars that a request names, where it may name them. */
final class AttachmentFinder {
  /** The file cannot be used. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    private final String remedy;

    Unusable(String problem, String remedy) {
      super(problem);
      this.remedy = remedy;
    }

    String problem() {
      return String.valueOf(getMessage());
    }

    String remedy() {
      return remedy;
    }
  }

  private final Path requestFolder;
  private final List<Path> allowedFolders;

  /**
   * @param requestFolder where the request lies; files in it and in folders of it may be named
   * @param allowedFolders files in these may be named by their absolute path
   */
  AttachmentFinder(Path requestFolder, List<Path> allowedFolders) {
    this.requestFolder = requestFolder;
    this.allowedFolders = allowedFolders;
  }

  /** The absolute path of a file without symbolic links in it. */
  Path find(String value) throws Unusable {
    Path named;
    try {
      named = requestFolder.resolve(value).normalize();
    } catch (InvalidPathException e) {
      throw new Unusable(
          "is not the name of a file", "Write the name of a file beside the request.");
    }
    // Looked at by name first, so that nobody learns from us what lies elsewhere.
    Path folder =
        allowed(Path.of(value).isAbsolute()).stream()
            .filter(named::startsWith)
            .findFirst()
            .orElseThrow(AttachmentFinder::outside);
    try {
      Path real = named.toRealPath();
      if (!real.startsWith(folder.toRealPath())) {
        throw outside();
      }
      if (Files.isRegularFile(real) && Files.isReadable(real)) {
        return real;
      }
    } catch (IOException e) {
      // The same answer as for a folder.
    }
    throw new Unusable(
        "names a file that does not exist or cannot be read",
        "Put the file beside the request before the request itself, and check its name.");
  }

  private List<Path> allowed(boolean absolute) {
    return absolute ? allowedFolders : List.of(requestFolder);
  }

  private static Unusable outside() {
    return new Unusable(
        "lies outside the folders that are allowed",
        "Put the file beside the request, or ask us to name its folder in attachments.allowed-folders.");
  }
}
