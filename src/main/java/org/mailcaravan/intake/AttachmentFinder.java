package org.mailcaravan.intake;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mailcaravan.model.FileDigest;

/**
 * Finds the files of contacts and calendars that a request names, in the folders where it may name
 * them.
 */
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

  private static final String ZIP = ".zip";
  private static final String PUT_BESIDE =
      "Put the file beside the request before the request itself, and check its name.";

  private final Path requestFolder;
  private final List<Path> allowedFolders;
  private final Map<Path, String> digests = new HashMap<>();

  /**
   * @param requestFolder the folder of the request; files in it and in its subfolders may be named
   * @param allowedFolders files in these may be named by their absolute path
   */
  AttachmentFinder(Path requestFolder, List<Path> allowedFolders) {
    this.requestFolder = requestFolder;
    this.allowedFolders = allowedFolders;
  }

  /**
   * The absolute paths, without symbolic links, of the named file, or of the files of a named
   * folder that have the extension or are archives, sorted by name. Never empty.
   *
   * @param extension with its dot, in lower case
   */
  List<Path> find(String value, String extension) throws Unusable {
    Path named;
    try {
      named = requestFolder.resolve(value).normalize();
    } catch (InvalidPathException e) {
      throw new Unusable(
          "is not the name of a file", "Write the name of a file beside the request.");
    }
    // The name is checked first, so that nobody learns from us which files exist elsewhere.
    Path folder =
        allowed(Path.of(value).isAbsolute()).stream()
            .filter(named::startsWith)
            .findFirst()
            .orElseThrow(AttachmentFinder::outside);
    try {
      Path realFolder = folder.toRealPath();
      Path real = realFolder.resolve(folder.relativize(named));
      // A link could lead elsewhere when the file is opened later.
      if (!named.toRealPath().equals(real.toRealPath(LinkOption.NOFOLLOW_LINKS))) {
        throw outside();
      }
      // The request's own folder holds the files of other mailboxes too.
      if (Files.isDirectory(real) && !real.equals(requestFolder.toRealPath())) {
        return inFolder(real, realFolder, extension);
      }
      if (Files.isRegularFile(real) && Files.isReadable(real)) {
        return List.of(real);
      }
    } catch (IOException e) {
      // The same answer as for a missing file.
    }
    throw new Unusable("names a file that does not exist or cannot be read", PUT_BESIDE);
  }

  /** The {@link FileDigest} of a file; many rows may name it, it is read once. */
  String digest(Path file) throws IOException {
    String known = digests.get(file);
    String digest = known == null ? FileDigest.of(file) : known;
    digests.put(file, digest);
    return digest;
  }

  private static List<Path> inFolder(Path real, Path allowed, String extension)
      throws IOException, Unusable {
    List<Path> named = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(real)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName()).toLowerCase(Locale.ROOT);
        boolean hidden = name.startsWith("."); // such as those that macOS leaves beside files
        if (!hidden && (name.endsWith(extension) || name.endsWith(ZIP))) {
          named.add(entry);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    named.sort(null);
    List<Path> files = new ArrayList<>();
    for (Path entry : named) {
      Path file = entry.toRealPath();
      if (!file.startsWith(allowed) || Files.isSymbolicLink(entry)) {
        throw outside();
      }
      if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
        throw new Unusable("names a folder with something in it that cannot be read", PUT_BESIDE);
      }
      files.add(file);
    }
    if (files.isEmpty()) {
      throw new Unusable(
          "names a folder in which there is no " + extension + " or .zip file",
          "Put the files into the folder before the request, and check its name.");
    }
    return files;
  }

  private List<Path> allowed(boolean absolute) {
    return absolute ? allowedFolders : List.of(requestFolder);
  }

  private static Unusable outside() {
    return new Unusable(
        "lies outside the folders that are allowed",
        "Put the file itself, not a link to it, beside the request, or ask us to name its folder in"
            + " attachments.allowed-folders.");
  }
}
