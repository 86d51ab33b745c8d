package org.mailcaravan.console;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;

/** The numbers of this process and its Java, under the names that Prometheus' clients use. */
final class JavaMetrics {
  private JavaMetrics() {}

  static void add(MetricText text) {
    RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
    text.gauge("process_start_time_seconds", "When the process began, in seconds since 1970")
        .add(runtime.getStartTime() / 1000.0);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      text.counter("process_cpu_seconds_total", "Processor time of the process")
          .add(system.getProcessCpuTime() / 1e9);
    }
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    MemoryUsage heap = memory.getHeapMemoryUsage();
    MemoryUsage other = memory.getNonHeapMemoryUsage();
    text.gauge("jvm_memory_used_bytes", "Memory that Java uses")
        .add(heap.getUsed(), "area", "heap")
        .add(other.getUsed(), "area", "nonheap");
    text.gauge("jvm_memory_max_bytes", "Memory that Java may use; -1 where there is no limit")
        .add(heap.getMax(), "area", "heap")
        .add(other.getMax(), "area", "nonheap");
    text.gauge("jvm_threads_current", "Threads")
        .add(ManagementFactory.getThreadMXBean().getThreadCount());
    text.counter("jvm_gc_collections_total", "Collections of garbage");
    for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
      text.add(Math.max(0, each.getCollectionCount()), "gc", each.getName());
    }
    text.counter("jvm_gc_collection_seconds_total", "Time of collections of garbage");
    for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
      text.add(Math.max(0, each.getCollectionTime()) / 1000.0, "gc", each.getName());
    }
  }
}
