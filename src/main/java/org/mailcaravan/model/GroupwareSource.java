package org.mailcaravan.model;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where the contacts or events of a mailbox come from. */
public sealed interface GroupwareSource {
  /**
   * Exported files.
   *
   * @param files absolute, at least one, each once, in the order of the request: .vcf or .ics
   *     files, or .zip archives of such
   */
  record Exported(List<Path> files) implements GroupwareSource {
    public Exported {
      files = List.copyOf(files);
      if (files.isEmpty()) {
        throw new IllegalArgumentException("no file");
      }
      if (!files.stream().allMatch(Path::isAbsolute)) {
        throw new IllegalArgumentException("a file is not absolute: " + files);
      }
    }
  }

  /**
   * The old provider's CardDAV or CalDAV server, which is asked with the mailbox's own login.
   *
   * @param url http or https, where to begin to look for the collections; holds no login. Null when
   *     it has to be found by the domain of the address (RFC 6764)
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
        throw new IllegalArgumentException("holds a login, which does not belong into a URL");
      }
      if (url.getRawFragment() != null) {
        throw new IllegalArgumentException("has a # in it");
      }
    }
  }
}
