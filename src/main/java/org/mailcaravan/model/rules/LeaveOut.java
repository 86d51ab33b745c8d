package org.mailcaravan.model.rules;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.FolderRole;

/**
 * A rule by which folders or messages are left out on purpose. All of its conditions must hold; a
 * condition that is null does not count. With a folder or a role alone, whole folders are left out.
 *
 * @param text the conditions as they are shown
 * @param larger octets, as the server announces them; larger messages are left out
 * @param before messages are left out that arrived before this day (UTC, INTERNALDATE)
 * @param flag a flag or keyword, in any case
 * @param reason for the certificate, without a full stop; empty when none was given
 */
public record LeaveOut(
    String text,
    @Nullable FolderPattern folder,
    @Nullable FolderRole role,
    @Nullable Long larger,
    @Nullable LocalDate before,
    @Nullable String flag,
    @Nullable HeaderField header,
    String reason) {
  /** The conditions by their names. */
  static final List<String> CONDITIONS =
      List.of("folder", "role", "larger", "before", "flag", "header");

  /** Stands before the reason. */
  static final String BECAUSE = " because ";

  /**
   * Checks that there is a condition.
   *
   * @throws IllegalArgumentException otherwise
   */
  public LeaveOut {
    if (folder == null
        && role == null
        && larger == null
        && before == null
        && flag == null
        && header == null) {
      throw new IllegalArgumentException(
          "the rule has no condition; write one of " + String.join(", ", CONDITIONS));
    }
    reason = reason.replaceFirst("\\.+$", "");
  }

  /** Whether it leaves out whole folders, rather than messages. */
  public boolean isOfFolders() {
    return larger == null && before == null && flag == null && header == null;
  }

  /**
   * Whether a folder is one that the rule speaks of.
   *
   * @param path its names from the top down: INBOX first, for that and what is below it
   * @param roles what the folder is for
   */
  public boolean isOf(List<String> path, Collection<FolderRole> roles) {
    return (folder == null || folder.matches(path)) && (role == null || roles.contains(role));
  }

  /**
   * Whether all that a list tells of a message fits; whether its header fits is not asked.
   *
   * @param octets as announced
   * @param date when it arrived, or null when that is not told: then it is not before any day
   */
  public boolean fits(long octets, @Nullable Instant date, Set<String> flags) {
    return (larger == null || octets > larger)
        && (before == null
            || (date != null && date.isBefore(before.atStartOfDay(ZoneOffset.UTC).toInstant())))
        && (flag == null || flags.stream().anyMatch(flag::equalsIgnoreCase));
  }

  /** The rule as a sentence, with its reason. */
  public String sentence() {
    return reason.isEmpty()
        ? "A rule leaves it out: " + text + "."
        : "A rule leaves it out (" + text + "): " + reason + ".";
  }

  /** The rule as it is shown, with its reason. */
  @Override
  public String toString() {
    return reason.isEmpty() ? text : text + BECAUSE + reason;
  }
}
