package org.mailcaravan.intake;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.model.Server;

/**
 * Which OAuth profiles the rows of a request may name.
 *
 * @param profiles by their names
 * @param attended whether somebody sits before this program
 */
public record OAuthRules(Map<String, Profile> profiles, boolean attended) {
  /** No profile is configured. */
  public static final OAuthRules NONE = new OAuthRules(Map.of(), false);

  /**
   * A profile.
   *
   * @param servers that may get its tokens
   * @param needsPerson whether somebody with a browser has to be there
   */
  public record Profile(Set<String> servers, boolean needsPerson) {
    public Profile {
      servers = Set.copyOf(servers);
    }
  }

  public OAuthRules {
    profiles = Map.copyOf(profiles);
  }

  /** Whether a server may get tokens of a profile that there is. */
  boolean isFor(String profile, Server server) {
    return Optional.ofNullable(profiles.get(profile))
        .filter(known -> known.servers().contains(server.host()))
        .isPresent();
  }

  /** Whether nobody is there whom a profile needs. */
  boolean lacksPerson(String profile) {
    return !attended
        && Optional.ofNullable(profiles.get(profile)).filter(Profile::needsPerson).isPresent();
  }

  /** The profile of a row that wants a token and names none: the only one for its server. */
  Optional<String> usual(Server server) {
    List<String> fitting =
        profiles.keySet().stream().filter(profile -> isFor(profile, server)).toList();
    return fitting.size() == 1 ? Optional.of(fitting.get(0)) : Optional.empty();
  }
}
