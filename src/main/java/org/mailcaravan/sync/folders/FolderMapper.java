package org.mailcaravan.sync.folders;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.Namespaces;
import org.mailcaravan.model.FolderRole;

/**
 * Decides where each folder of a source goes. A pure function of the two folder lists: it asks no
 * server, and for the same lists it always says the same.
 *
 * <ul>
 *   <li>INBOX goes to INBOX. Other folders keep their place and name; prefix and separator become
 *       those of the destination.
 *   <li>A folder that a rule of people leads elsewhere goes there, and what is below it follows. An
 *       earlier pass may have copied it to another folder; then that is to be followed.
 *   <li>Sent, Drafts, Trash, Junk and Archive go to the destination's folder of that role (RFC
 *       6154), and what is below them follows. Where a server does not tell roles, a table of names
 *       in many languages does, if just one folder fits. Where the destination has no such folder
 *       yet, it gets the usual English name, which mail programs and webmails look for. Of two
 *       source folders with one role only one goes there; the other keeps its name.
 *   <li>No two source folders go to the same folder. A name that is given away already gets a
 *       number.
 *   <li>A folder whose name differs only in case from one that the destination has goes there. Two
 *       source folders that differ only in case stay two: a list cannot tell whether the
 *       destination knows them apart, so {@link DestinationFolders} finds out at CREATE.
 *   <li>What a rule of people leaves out is left out, whatever it is.
 *   <li>What is not copied is said with its reason. Views that merely might repeat mail ({@code
 *       \All}, {@code \Flagged} on servers other than Gmail) are copied: twice is better than
 *       never.
 * </ul>
 */
public final class FolderMapper {
  /** A place at the destination, and notes for people on how it was chosen. */
  private record Place(String name, List<String> notes) {}

  /** The name that a path should get; {@code altered} when it cannot keep its own. */
  private record Wish(String name, boolean altered, List<String> notes) {}

  /** A folder that is copied and where it stands at the source. */
  private record Node(ListedFolder folder, SourcePath path) {}

  private final DestinationTree tree;

  /** Where paths lie at the destination, those of folders that are not copied included. */
  private final Map<SourcePath, Place> places = new HashMap<>();

  private final Map<ListedFolder, Place> decided = new HashMap<>();

  private final Map<String, String> wanted = new HashMap<>();
  private final RuledFolders ruled;

  private FolderMapper(DestinationTree tree, RuledFolders ruled) {
    this.tree = tree;
    this.ruled = ruled;
  }

  /**
   * Maps all folders of a source.
   *
   * @param kind what the source is known to be, as {@link SourceKind#of} tells
   * @param source as listed; with statuses, where Gmail's views are to be left out
   * @param destination as listed before anything is created
   * @param earlier where the folders of an earlier pass went, from source name on the wire to
   *     destination name as text; they go there again, whatever the lists now suggest
   * @param rules what people decided
   */
  public static FolderMap map(
      SourceKind kind,
      Namespaces sourceNamespaces,
      List<ListedFolder> source,
      Namespaces destinationNamespaces,
      List<ListedFolder> destination,
      Map<String, String> earlier,
      PassRules rules) {
    List<ExcludedFolder> excluded = new ArrayList<>();
    Map<ListedFolder, SourcePath> copied = copied(kind, sourceNamespaces, source, rules, excluded);
    DestinationTree tree = new DestinationTree(destinationNamespaces, destination);
    FolderMapper mapper = new FolderMapper(tree, new RuledFolders(rules, copied));
    List<FolderMapping> folders = mapper.decide(copied, earlier);
    return new FolderMap(folders, excluded, mapper.wanted);
  }

  /**
   * {@link #map(SourceKind, Namespaces, List, Namespaces, List, Map, PassRules)} for a first pass.
   */
  public static FolderMap map(
      SourceKind kind,
      Namespaces sourceNamespaces,
      List<ListedFolder> source,
      Namespaces destinationNamespaces,
      List<ListedFolder> destination,
      PassRules rules) {
    return map(kind, sourceNamespaces, source, destinationNamespaces, destination, Map.of(), rules);
  }

  /** The folders of a source that are copied, in the order of the report. */
  static Set<ListedFolder> copied(Listing source, PassRules rules) {
    return copied(source.kind(), source.namespaces(), source.folders(), rules, new ArrayList<>())
        .keySet();
  }

  private static Map<ListedFolder, SourcePath> copied(
      SourceKind kind,
      Namespaces namespaces,
      List<ListedFolder> source,
      PassRules rules,
      List<ExcludedFolder> excluded) {
    Map<ListedFolder, SourcePath> all = paths(OnlyOnce.of(source, excluded), namespaces);
    Exclusions exclusions =
        new Exclusions(kind, namespaces, all.keySet(), new RuledFolders(rules, all));
    Map<ListedFolder, SourcePath> copied = new LinkedHashMap<>();
    all.forEach(
        (folder, path) -> {
          Optional<String> reason = exclusions.reason(folder);
          if (reason.isPresent()) {
            excluded.add(new ExcludedFolder(folder, reason.get()));
          } else if (folder.selectable()) {
            copied.put(folder, path);
          } else if (!folder.attributes().contains("\\nonexistent")
              && all.values().stream().noneMatch(other -> other.isBelow(path))) {
            excluded.add(
                new ExcludedFolder(folder, "It cannot hold messages and has no folder below it."));
          }
        });
    return copied;
  }

  /** In the order of the report. */
  private static Map<ListedFolder, SourcePath> paths(
      List<ListedFolder> source, Namespaces namespaces) {
    Map<ListedFolder, SourcePath> paths = new LinkedHashMap<>();
    source.stream()
        .map(folder -> new Node(folder, SourcePath.of(folder, namespaces)))
        .sorted(
            Comparator.comparing(Node::path, SourcePath.ORDER)
                .thenComparing(node -> !node.folder().selectable())
                .thenComparing(node -> node.folder().name().wire()))
        .forEach(
            node -> {
              // Two folders called INBOX break the protocol; the second is no INBOX then.
              boolean second =
                  node.path().equals(SourcePath.INBOX) && paths.containsValue(SourcePath.INBOX);
              paths.put(
                  node.folder(),
                  second
                      ? new SourcePath(false, List.of(node.folder().name().text()))
                      : node.path());
            });
    return paths;
  }

  private List<FolderMapping> decide(
      Map<ListedFolder, SourcePath> copied, Map<String, String> earlier) {
    places.put(SourcePath.INBOX, new Place("INBOX", List.of()));
    List<Node> open = new ArrayList<>();
    copied.forEach((folder, path) -> open.add(new Node(folder, path)));

    open.removeIf(this::decideInbox);
    List<Node> known = open.stream().filter(node -> decideAsEarlier(node, earlier)).toList();
    open.removeAll(known);
    Map<ListedFolder, String> refused = new HashMap<>();
    known.forEach(node -> want(node, refused));
    // Of two that are led to one folder, the first rule has it.
    open.removeAll(
        open.stream()
            .sorted(Comparator.comparingInt(node -> ruled.rank(node.folder())))
            .filter(node -> decideByRule(node, refused))
            .toList());
    SourceRoles roles = SourceRoles.of(copied);
    roles
        .folders()
        .forEach(
            (role, folder) ->
                open.removeIf(node -> node.folder().equals(folder) && decideByRole(node, role)));
    // Level by level, so that a parent's place is known before those of its children.
    open.stream()
        .collect(
            Collectors.groupingBy(node -> node.path().level(), TreeMap::new, Collectors.toList()))
        .values()
        .forEach(this::decideLevel);

    List<FolderMapping> mappings = new ArrayList<>();
    for (ListedFolder folder : copied.keySet()) {
      Place place = Objects.requireNonNull(decided.get(folder));
      List<String> notes = new ArrayList<>(place.notes());
      String clash = refused.get(folder);
      if (clash != null) {
        notes.add(0, clash);
      }
      String remark = roles.remarks().get(folder);
      if (remark != null && (clash != null || ruled.led(folder).isEmpty())) {
        notes.add(0, remark);
      }
      mappings.add(new FolderMapping(folder, place.name(), notes, substitutes(place.name())));
    }
    return mappings;
  }

  /**
   * Called when all folders have their place, so that no substitute takes another folder's name.
   */
  private List<String> substitutes(String name) {
    return name.equals("INBOX")
        ? List.of()
        : FallbackNames.of(name, tree.prefix(), tree.separator()).stream()
            .filter(tree::take)
            .toList();
  }

  private boolean decideInbox(Node node) {
    if (!node.path().equals(SourcePath.INBOX)) {
      return false;
    }
    decide(node, "INBOX", List.of());
    return true;
  }

  private boolean decideAsEarlier(Node node, Map<String, String> earlier) {
    String name = earlier.get(node.folder().name().wire());
    if (name == null || !tree.take(name)) {
      return false;
    }
    decide(node, name, List.of());
    return true;
  }

  /** Where a rule leads a folder that was copied before; the name is kept free for it. */
  private void want(Node node, Map<ListedFolder, String> refused) {
    Place place = Objects.requireNonNull(decided.get(node.folder()));
    RuledFolders.Led led = ruled.led(node.folder()).orElse(null);
    String name = led == null ? place.name() : name(led.target());
    if (led == null || name.equals(place.name())) {
      return;
    }
    String target = existingOr(name);
    if (tree.take(target)) {
      wanted.put(node.folder().name().wire(), target);
    } else {
      refused.put(node.folder(), clash(led, name));
    }
  }

  private static String clash(RuledFolders.Led led, String name) {
    return "The rule %s sends it to '%s', where another folder goes. Folders are never merged, so this one keeps a name of its own: name another folder in the rule."
        .formatted(led.rule(), name);
  }

  /**
   * @param refused gets a sentence on a folder that goes elsewhere than a rule says
   */
  private boolean decideByRule(Node node, Map<ListedFolder, String> refused) {
    Optional<RuledFolders.Led> led = ruled.led(node.folder());
    if (led.isEmpty()) {
      return false;
    }
    String name = existingOr(name(led.get().target()));
    if (!tree.take(name)) {
      refused.put(node.folder(), clash(led.get(), name));
      return false;
    }
    decide(node, name, List.of("The rule " + led.get().rule() + " sends it to '" + name + "'."));
    return true;
  }

  /** A name as it is at the destination, with all that cannot stand in it replaced. */
  private String name(List<String> target) {
    boolean underInbox = target.get(0).equals("INBOX");
    String name = underInbox ? "INBOX" : tree.top(tree.component(target.get(0), true));
    for (String component : target.subList(1, target.size())) {
      name = tree.child(name, tree.component(component, false));
    }
    return name;
  }

  private boolean decideByRole(Node node, FolderRole role) {
    Optional<String> there = tree.roleFolder(role);
    String target = there.orElse(tree.top(role.usualName()));
    if (!tree.take(target)) {
      return false;
    }
    boolean renamed = !wish(node.path()).name().equals(target);
    String note =
        there.isPresent()
            ? "It is the %s folder, so its messages go to the one of the destination."
            : "It is the %s folder; the destination has none yet, so it gets the usual name.";
    decide(node, target, renamed ? List.of(note.formatted(role.usualName())) : List.of());
    return true;
  }

  /** Folders that keep their name come first, so that a renamed one does not take their name. */
  private void decideLevel(List<Node> level) {
    List<Node> later = new ArrayList<>();
    level.stream()
        .sorted(Comparator.comparing(node -> !tree.exists(wish(node.path()).name())))
        .forEach(
            node -> {
              Wish wish = wish(node.path());
              if (wish.altered() || !decideAs(node, wish, wish.name())) {
                later.add(node);
              }
            });
    for (Node node : later) {
      Wish wish = wish(node.path());
      String name = wish.name();
      for (int number = 2; !decideAs(node, wish, name); number++) {
        name = wish.name() + "-" + number;
      }
    }
  }

  private boolean decideAs(Node node, Wish wish, String name) {
    if (tree.isTaken(name)) {
      return false;
    }
    List<String> notes = new ArrayList<>(wish.notes());
    String target = existingOr(name);
    if (!name.equals(wish.name())) {
      notes.add(
          "The name '%s' is given to another folder, so this one gets '%s'."
              .formatted(wish.name(), target));
    }
    if (!target.equals(name)) {
      notes.add("The new server has a folder that differs only in case or accents; it is used.");
    }
    tree.take(target);
    decide(node, target, notes);
    return true;
  }

  private String existingOr(String name) {
    return tree.exists(name) ? name : tree.freeVariant(name).orElse(name);
  }

  private void decide(Node node, String name, List<String> notes) {
    decided.put(node.folder(), new Place(name, notes));
    // What is below this folder need not repeat its notes.
    places.putIfAbsent(node.path(), new Place(name, List.of()));
  }

  private Wish wish(SourcePath path) {
    boolean atTop = path.parent().equals(SourcePath.TOP);
    String component = tree.component(path.last(), atTop);
    boolean altered = !component.equals(path.last());
    List<String> notes = new ArrayList<>();
    if (altered) {
      notes.add("Part of the name cannot stand at the destination; '_' is there instead.");
    }
    if (atTop) {
      return new Wish(tree.top(component), altered, notes);
    }
    Place parent = place(path.parent());
    notes.addAll(0, parent.notes());
    if (tree.refusesChildren(parent.name())) {
      altered = true;
      notes.add("The new server allows no folder below '" + parent.name() + "'.");
    }
    return new Wish(tree.child(parent.name(), component), altered, notes);
  }

  private Place place(SourcePath path) {
    Place known = places.get(path);
    if (known == null) {
      Wish wish = wish(path);
      known = new Place(existingOr(wish.name()), wish.notes());
      places.put(path, known);
    }
    return known;
  }
}
