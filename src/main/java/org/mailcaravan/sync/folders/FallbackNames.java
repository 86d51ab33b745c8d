package org.mailcaravan.sync.folders;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Names to try when a server refuses to create a folder under its own, from the most like it to the
 * plainest. The same name always gives the same alternatives, so that a second pass finds what the
 * first one made.
 */
public final class FallbackNames {
  /** Maildir++ makes a file name of the whole name, and file systems stop at 255 octets. */
  private static final int LONGEST = 200;

  private static final int LONGEST_COMPONENT = 60;

  /** Wildcards of LIST, "&" of modified UTF-7, "~" and "#" of UW-IMAP, separators of others. */
  private static final Pattern RISKY = Pattern.compile("[*%&~#\"\\\\/.^|<>?:{}()\\[\\]\\p{Cntrl}]");

  private FallbackNames() {}

  /**
   * At most four names, none of them the given one.
   *
   * <ol>
   *   <li>beside its parent rather than below it, as the mapper does it where it knows that the
   *       parent takes no children;
   *   <li>risky characters replaced by {@code _}, spaces and dots at the ends of components
   *       removed;
   *   <li>ASCII only and short, with a digest of the whole name, so that two folders do not become
   *       one;
   *   <li>the same beside its parents rather than below them.
   * </ol>
   *
   * @param prefix stays in front of every name, such as {@code INBOX.}
   */
  public static List<String> of(String destination, String prefix, @Nullable Character separator) {
    boolean prefixed = SourcePath.hasPrefix(destination, prefix);
    String front = prefixed ? destination.substring(0, prefix.length()) : "";
    String rest = destination.substring(front.length());
    List<String> components =
        separator == null
            ? List.of(rest)
            : Arrays.asList(rest.split(Pattern.quote(separator.toString()), -1));
    String joint = separator == null ? DestinationTree.BESIDE : separator.toString();
    String digest = digest(destination);

    Set<String> names = new LinkedHashSet<>();
    names.add(front + DestinationTree.beside(rest, separator));
    names.add(front + join(components, joint, FallbackNames::tame));
    names.add(front + withDigest(join(components, joint, FallbackNames::plain), digest));
    names.add(front + withDigest(join(components, "-", FallbackNames::plain), digest));
    names.remove(destination);
    return new ArrayList<>(names);
  }

  private static String join(List<String> components, String joint, UnaryOperator<String> change) {
    return components.stream().map(change).collect(Collectors.joining(joint));
  }

  private static String tame(String component) {
    String tamed = RISKY.matcher(component.replaceAll("^[\\s.]+|[\\s.]+$", "")).replaceAll("_");
    return tamed.isEmpty() ? "_" : tamed;
  }

  private static String plain(String component) {
    String ascii =
        Normalizer.normalize(tame(component), Normalizer.Form.NFKD)
            .replaceAll("\\p{M}+", "")
            .replaceAll("[^ -~]+", "_");
    String tamed = tame(ascii);
    return tamed.substring(0, Math.min(tamed.length(), LONGEST_COMPONENT)).strip();
  }

  private static String withDigest(String name, String digest) {
    return name.substring(0, Math.min(name.length(), LONGEST)) + "-" + digest;
  }

  private static String digest(String name) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", crc.getValue());
  }
}
