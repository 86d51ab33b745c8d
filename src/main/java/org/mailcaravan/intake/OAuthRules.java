package org.mailcaravan.intake;

import java.util.Optional;
import java.util.Set;

/**
 * Which OAuth profiles the rows of a request may name.
 *
 * @param profiles the names of all
 * @param unattended those that need no person with a browser
 * @param attended whether somebody sits before this program
 */
public record OAuthRules(Set<String> profiles, Set<String> unattended, boolean attended) {
  /** No profile is configured. */
  public static final OAuthRules NONE = new OAuthRules(Set.of(), Set.of(), false);

  public OAuthRules {
    profiles = Set.copyOf(profiles);
    unattended = Set.copyOf(unattended);
  }

  /** Whether nobody is there whom the profile needs. */
  boolean lacksPerson(String profile) {
    return !attended && !unattended.contains(profile);
  }

  /** The profile of a row that wants a token and names none: the only one that there is. */
  Optional<String> usual() {
    return profiles.size() == 1 ? profiles.stream().findFirst() : Optional.empty();
  }
}
