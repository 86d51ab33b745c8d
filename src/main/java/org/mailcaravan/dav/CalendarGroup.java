package org.mailcaravan.dav;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The components with one UID, sorted by what becomes of them.
 *
 * @param together the event and its exceptions, one component for each occurrence: one resource
 * @param apart components that contradict another one about the same occurrence, or are of another
 *     type: each becomes a resource of its own
 * @param superseded components that have a newer revision in the list
 * @param repeated components with the same content as another one
 */
record CalendarGroup(
    List<CalendarPart> together,
    List<CalendarPart> apart,
    List<CalendarPart> superseded,
    List<CalendarPart> repeated) {
  /**
   * Sorts the components with one UID.
   *
   * @param first head of the list ({@link CalendarPart#next})
   */
  static CalendarGroup of(CalendarPart first) {
    Map<Digest.Value, CalendarPart> together = new LinkedHashMap<>();
    Set<Digest.Value> contents = new HashSet<>();
    CalendarGroup group =
        new CalendarGroup(
            new ArrayList<>(1), new ArrayList<>(0), new ArrayList<>(0), new ArrayList<>(0));
    for (CalendarPart part = first; part != null; part = part.next) {
      CalendarPart before =
          part.type.equals(first.type) ? together.putIfAbsent(part.instance, part) : null;
      if (!contents.add(part.content)) {
        together.remove(part.instance, part);
        group.repeated.add(part);
      } else if (!part.type.equals(first.type)) {
        group.apart.add(part);
      } else if (before != null) {
        int order = part.isLike(before) ? part.compareRevision(before) : 0;
        if (order > 0) {
          together.put(part.instance, part);
        }
        (order == 0 ? group.apart : group.superseded).add(order > 0 ? before : part);
      }
    }
    group.together.addAll(together.values());
    return group;
  }
}
