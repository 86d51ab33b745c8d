package org.mailcaravan.sync.folders;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.model.FolderRole;
import org.mailcaravan.model.rules.LeaveOut;
import org.mailcaravan.model.rules.MapFolder;
import org.mailcaravan.sync.session.MailboxSession;

/** Which rules of a pass speak of which folders of a source. */
public final class RuledFolders {
  private final PassRules rules;
  private final Map<ListedFolder, SourcePath> paths;
  private final Map<FolderRole, ListedFolder> roles;

  /**
   * @param paths all folders, and where they stand
   */
  RuledFolders(PassRules rules, Map<ListedFolder, SourcePath> paths) {
    this.rules = rules;
    this.paths = paths;
    this.roles = rules.equals(PassRules.NONE) ? Map.of() : SourceRoles.of(paths).folders();
  }

  /** Those of a listing. */
  static RuledFolders of(PassRules rules, Listing source) {
    Map<ListedFolder, SourcePath> paths = new LinkedHashMap<>();
    source.folders().forEach(each -> paths.put(each, SourcePath.of(each, source.namespaces())));
    return new RuledFolders(rules, paths);
  }

  /** The first rule that leaves a folder out, or empty. */
  Optional<LeaveOut> leftOutBy(ListedFolder folder) {
    return rules.leaveOut().stream()
        .filter(LeaveOut::isOfFolders)
        .filter(rule -> isOf(rule, folder))
        .findFirst();
  }

  /**
   * Where a rule leads a folder.
   *
   * @param target names from the top down
   */
  record Led(MapFolder rule, List<String> target) {}

  /** Where the first rule that speaks of a folder leads it, or empty. */
  Optional<Led> led(ListedFolder folder) {
    return rules.map().stream()
        .flatMap(
            rule ->
                rule.target(names(folder), roles(folder)).stream()
                    .map(target -> new Led(rule, target)))
        .findFirst();
  }

  /** The place of the rule that leads a folder among the rules; behind them all without one. */
  int rank(ListedFolder folder) {
    return led(folder).map(led -> rules.map().indexOf(led.rule())).orElse(rules.map().size());
  }

  /** Those of some folders that no rule leaves out. */
  List<ListedFolder> others(Collection<ListedFolder> folders) {
    return folders.stream().filter(folder -> leftOutBy(folder).isEmpty()).toList();
  }

  /** The rules of a pass that leave out messages of a source folder. */
  public static List<LeaveOut> ofMessages(MailboxSession session, FolderPlan folder) {
    KnownFolders known = KnownFolders.of(session);
    PassRules rules = PassRules.of(session);
    if (rules.leaveOut().stream().allMatch(LeaveOut::isOfFolders)) {
      return List.of();
    }
    RuledFolders ruled = known.with(RuledFolders.class, () -> of(rules, known.source()));
    return rules.leaveOut().stream()
        .filter(rule -> !rule.isOfFolders())
        .filter(rule -> ruled.isOf(rule, folder.mapping().source()))
        .toList();
  }

  private boolean isOf(LeaveOut rule, ListedFolder folder) {
    return rule.isOf(names(folder), allRoles(folder));
  }

  /** From the top down; INBOX is a name like others. */
  private List<String> names(ListedFolder folder) {
    SourcePath path = path(folder);
    List<String> names = new ArrayList<>(path.components());
    if (path.underInbox()) {
      names.add(0, "INBOX");
    }
    return names;
  }

  private SourcePath path(ListedFolder folder) {
    SourcePath path = paths.get(folder);
    if (path == null) {
      throw new IllegalArgumentException(folder.name() + " has no path");
    }
    return path;
  }

  /**
   * What a folder is for as people see it: where Junk is left out, so is a second folder of such a
   * name, which would be taken for Junk otherwise.
   */
  private List<FolderRole> allRoles(ListedFolder folder) {
    SourcePath path = path(folder);
    return Arrays.stream(FolderRole.values())
        .filter(
            role ->
                folder.attributes().contains(role.attribute())
                    || SourceRoles.isNamed(folder, path, role))
        .toList();
  }

  /** By SPECIAL-USE, of which there may be several, or by name; one folder for each role. */
  private List<FolderRole> roles(ListedFolder folder) {
    return Arrays.stream(FolderRole.values())
        .filter(
            role ->
                folder.attributes().contains(role.attribute()) || folder.equals(roles.get(role)))
        .toList();
  }
}
