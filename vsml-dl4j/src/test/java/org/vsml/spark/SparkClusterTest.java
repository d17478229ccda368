package org.vsml.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.meta.MetaTrainingConfig;

/** A standalone cluster of processes on this machine: a master and two workers. */
@Tag("spark")
@Tag("slow")
class SparkClusterTest {

    private static final String HOST = "127.0.0.1";
    private static final long PATIENCE_SECONDS = 120;
    private static final Map<String, String> PROPERTIES =
            Map.of(
                    "spark.executor.memory",
                    "512m",
                    "spark.authenticate.secret",
                    "shared",
                    "spark.driver.host",
                    HOST,
                    "spark.driver.bindAddress",
                    HOST);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stopTheCluster() throws Exception {
        List<ProcessHandle> all = new ArrayList<>();
        for (Process process : started) {
            process.descendants().forEach(all::add);
            all.add(process.toHandle());
        }
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : all) {
            process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        for (String property : PROPERTIES.keySet()) {
            System.clearProperty(property);
        }
    }

    @Test
    void anExecutorKilledInTheMiddleOfAGenerationChangesNothing() throws Exception {
        MetaTrainingConfig config = Evolution.config(6, 32, 60);
        String here = Evolution.run(config, null);
        int port = freePort();
        String master = "spark://" + HOST + ":" + port;
        start("master.Master", "--host", HOST, "--port", "" + port, "--webui-port", "0");
        awaitPort(port);
        for (int i = 0; i < 2; i++) {
            start(
                    "worker.Worker",
                    "--host",
                    HOST,
                    "--webui-port",
                    "0",
                    "--cores",
                    "1",
                    "--memory",
                    "1g",
                    "--work-dir",
                    folder.resolve("work" + i).toString(),
                    master);
        }
        PROPERTIES.forEach(System::setProperty);
        WorkerSettings settings = WorkerSettings.DEFAULT.withPairsPerTask(4);
        try (SparkPairEvaluator spark = SparkPairEvaluator.connect(master, settings)) {
            Killer killer = new Killer();
            SparkContext.getOrCreate().addSparkListener(killer);
            assertThat(Evolution.run(config, spark)).isEqualTo(here);
            assertThat(killer.killed).as("executors killed").hasValue(1);
            assertThat(killer.removed).as("executors that Spark missed").hasPositiveValue();
        }
    }

    /** Kills an executor as soon as it has a task of the third generation. */
    private final class Killer extends SparkListener {

        private final AtomicInteger killed = new AtomicInteger();
        private final AtomicInteger removed = new AtomicInteger();

        @Override
        public void onTaskStart(SparkListenerTaskStart start) {
            if (start.stageId() >= 2 && killed.get() == 0) {
                // The second worker's, if it has begun, else the first's.
                for (int i = started.size() - 1; i >= 1 && killed.get() == 0; i--) {
                    started.get(i)
                            .descendants()
                            .findFirst()
                            .filter(ProcessHandle::destroyForcibly)
                            .ifPresent(executor -> killed.incrementAndGet());
                }
            }
        }

        @Override
        public void onExecutorRemoved(SparkListenerExecutorRemoved executor) {
            removed.incrementAndGet();
        }
    }

    private void start(String name, String... arguments) throws IOException {
        Path home = Files.createDirectories(folder.resolve("home").resolve("jars")).getParent();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String room : List.of("java.nio", "sun.nio.ch", "java.lang.invoke", "java.util")) {
            command.addAll(List.of("--add-opens", "java.base/" + room + "=ALL-UNNAMED"));
        }
        command.addAll(List.of("-Dspark.authenticate=true", "-Dspark.authenticate.secret=shared"));
        command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
        command.add("org.apache.spark.deploy." + name);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SPARK_HOME", home.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.12");
        builder.environment().put("SPARK_LOCAL_IP", HOST);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Path log = folder.resolve(name + started.size() + ".log");
        started.add(builder.redirectErrorStream(true).redirectOutput(log.toFile()).start());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitPort(int port) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(socket.isConnected()).isTrue();
                return;
            } catch (IOException e) {
                assertThat(System.nanoTime()).as("the master listens").isLessThan(deadline);
                Thread.sleep(100);
            }
        }
    }
}
