package org.mailcaravan.dav;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The components of one UID, sorted into what belongs together and what does not.
 *
 * @param together one of each occurrence: the event and its exceptions
 * @param apart those that say something else of the same occurrence, or are of another type, and
 *     must become resources of their own
 * @param superseded those of which there is a newer revision
 * @param repeated those that say the same as another
 */
record CalendarGroup(
    List<CalendarPart> together,
    List<CalendarPart> apart,
    List<CalendarPart> superseded,
    List<CalendarPart> repeated) {
  /**
   * Sorts the components of a UID.
   *
   * @param first the others follow it
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
