package org.mailcaravan.model;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where the contacts or events of a mailbox come from. */
public sealed interface GroupwareSource {
  /** Whether it is files that came with the request, which do not change after it. */
  default boolean isExported() {
    return this instanceof Exported;
  }

  /**
   * Exported files.
   *
   * @param files absolute, at least one, each once, in the order of the request: .vcf or .ics
   *     files, or .zip archives of such
   * @param digests the {@link FileDigest} of each file when the request was accepted; empty when
   *     not known
   */
  record Exported(List<Path> files, List<String> digests) implements GroupwareSource {
    public Exported {
      files = List.copyOf(files);
      digests = List.copyOf(digests);
      if (files.isEmpty()) {
        throw new IllegalArgumentException("no file");
      }
      if (!files.stream().allMatch(Path::isAbsolute)) {
        throw new IllegalArgumentException("a file is not absolute: " + files);
      }
      if (!digests.isEmpty() && digests.size() != files.size()) {
        throw new IllegalArgumentException("not one digest for each file");
      }
    }

    /** Files without digests. */
    public Exported(List<Path> files) {
      this(files, List.of());
    }

    /** Files with the digests of their present content. */
    public static Exported of(List<Path> files) throws IOException {
      List<String> digests = new ArrayList<>();
      for (Path file : files) {
        digests.add(FileDigest.of(file));
      }
      return new Exported(files, digests);
    }
  }

  /**
   * The old provider's CardDAV or CalDAV server, which is asked with the mailbox's own login.
   *
   * @param url http or https, where discovery begins; without a login. Null to begin at the domain
   *     of the address (RFC 6764)
   */
  record AtProvider(@Nullable URI url) implements GroupwareSource {
    public AtProvider {
      if (url != null) {
        check(url);
      }
    }

    private static void check(URI url) {
      String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
      if (!scheme.equals("https") && !scheme.equals("http")) {
        throw new IllegalArgumentException("does not begin with https:// or http://");
      }
      if (url.getHost() == null) {
        throw new IllegalArgumentException("names no host");
      }
      if (url.getRawUserInfo() != null) {
        throw new IllegalArgumentException("contains a login, which does not belong in a URL");
      }
      if (url.getRawFragment() != null) {
        throw new IllegalArgumentException("contains #");
      }
    }
  }
}
