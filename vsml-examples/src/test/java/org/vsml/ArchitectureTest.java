package org.vsml;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vsml.core.Rollout;

/** Holds what the rooms' package-info files promise: dependencies point one way. */
class ArchitectureTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("org.vsml");

    private static void check(ArchRule rule) {
        rule.check(CLASSES);
    }

    @Test
    void allModulesAreLookedAt() {
        assertThat(CLASSES.stream().map(JavaClass::getPackageName))
                .contains(
                        "org.vsml.core",
                        "org.vsml.episode",
                        "org.vsml.samediff",
                        "org.vsml.online",
                        "org.vsml.report",
                        "org.vsml.dl4j",
                        "org.vsml.baselines",
                        "org.vsml.examples",
                        "org.vsml.lab",
                        "org.vsml.cli");
    }

    @Test
    void roomsDoNotDependOnEachOtherInCircles() {
        check(slices().matching("org.vsml.(*)..").should().beFreeOfCycles());
    }

    /** A room, the rooms it may depend on, and the foreign packages, all separated by blanks. */
    @ParameterizedTest
    @CsvSource({
        "math,        '',                   ''",
        "core,        math,                 com.fasterxml.jackson",
        "conformance, core,                 com.fasterxml.jackson",
        "reference,   core,                 ''",
        "samediff,    core,                 org.nd4j",
        "cpu,         core math,               org.slf4j jdk.incubator.vector",
        "episode,     core,                 com.fasterxml.jackson org.slf4j org.apache.commons.compress",
        "report,      core,                 com.fasterxml.jackson org.slf4j org.knowm.xchart",
        "cloning,     core episode math,       org.bytedeco.openblas",
        "cloning.run, core math,                 ''",
        "meta,        core episode math report,  com.fasterxml.jackson com.sun.management org.slf4j org.yaml.snakeyaml",
        "online,      core episode,         com.fasterxml.jackson org.apache.commons.math3",
        "dl4j,        core episode math online samediff, com.fasterxml.jackson org.slf4j org.nd4j org.deeplearning4j org.datavec",
        "arbiter,     core dl4j episode meta online, com.fasterxml.jackson org.slf4j org.nd4j org.deeplearning4j org.apache.commons.math3",
        "spark,       core episode meta,    com.fasterxml.jackson org.slf4j org.apache.spark scala",
        "examples,    core dl4j episode,    org.nd4j org.deeplearning4j org.datavec org.apache.commons.io"
    })
    void aRoomDependsOnNothingElse(String room, String rooms, String foreign) {
        String[] allowed =
                Stream.of(
                                Stream.of("org.vsml." + room),
                                words(rooms).map(other -> "org.vsml." + other),
                                words(foreign),
                                Stream.of("java", "javax.imageio"))
                        .flatMap(s -> s)
                        .map(name -> name + "..")
                        .toArray(String[]::new);
        check(
                classes()
                        .that()
                        .resideInAPackage("org.vsml." + room + "..")
                        .should()
                        .onlyDependOnClassesThat(inPackages(allowed))
                        .allowEmptyShould(true));
    }

    private static Stream<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty());
    }

    private static DescribedPredicate<JavaClass> inPackages(String... packages) {
        DescribedPredicate<JavaClass> inside = JavaClass.Predicates.resideInAnyPackage(packages);
        return describe(
                "reside in " + String.join(", ", packages),
                type -> {
                    JavaClass element = type.getBaseComponentType();
                    return element.isPrimitive() || inside.test(element);
                });
    }

    private static List<String> lines() {
        try (InputStream in = ArchitectureTest.class.getResourceAsStream("public-types.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Package → public types, of the lines of public-types.txt whose reason is accepted. */
    private static Map<String, Set<String>> listed(Predicate<String> reason) {
        Map<String, Set<String>> result = new TreeMap<>();
        for (String line : lines()) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] parts = line.split("[,:]", -1);
                if (reason.test(parts[1].strip())) {
                    Set<String> types =
                            result.computeIfAbsent(
                                    "org.vsml." + parts[0].strip(), room -> new TreeSet<>());
                    words(parts[2]).forEach(type -> assertThat(types.add(type)).as(type).isTrue());
                }
            }
        }
        return result;
    }

    /** A new public type is a decision: it gets a line in public-types.txt. */
    @Test
    void publicTypesAreThoseThatAreListed() {
        Map<String, Set<String>> actual = new TreeMap<>();
        for (JavaClass type : CLASSES) {
            if (type.isTopLevelClass()
                    && type.getModifiers().contains(JavaModifier.PUBLIC)
                    && !type.getSimpleName().equals("package-info")) {
                actual.computeIfAbsent(type.getPackageName(), room -> new TreeSet<>())
                        .add(type.getSimpleName());
            }
        }
        assertThat(actual).isEqualTo(listed(reason -> true));
    }

    /** Javadoc leaves out what is public for another reason than users. */
    @Test
    void javadocIsBuiltFromWhatIsForUsers() throws IOException {
        String pom = Files.readString(Path.of("..", "pom.xml"));
        Matcher excluded =
                Pattern.compile("<exclude>org/vsml/([\\w/]+)\\.java</exclude>").matcher(pom);
        Map<String, Set<String>> actual = new TreeMap<>();
        while (excluded.find()) {
            String path = excluded.group(1);
            int slash = path.lastIndexOf('/');
            actual.computeIfAbsent(
                            "org.vsml." + path.substring(0, slash).replace('/', '.'),
                            room -> new TreeSet<>())
                    .add(path.substring(slash + 1));
        }
        assertThat(actual).isEqualTo(listed(reason -> !reason.equals("for users")));
    }

    @Test
    void instrumentsKnowNoOtherCommands() {
        check(
                noClasses()
                        .that()
                        .resideInAnyPackage("org.vsml.cli.instruments..", "org.vsml.cli.internal..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("org.vsml.cli"));
    }

    /** Whoever takes the library takes none of its commands, experiments or examples. */
    @Test
    void nothingOfTheLibraryDependsOnCommandsExperimentsOrExamples() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackages(
                                "org.vsml.cli..", "org.vsml.lab..", "org.vsml.examples..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "org.vsml.cli..", "org.vsml.lab..", "org.vsml.examples.."));
    }

    @Test
    void experimentsKnowNoCommandsAndNothingThatReadsCommandLines() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage("org.vsml.lab..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("org.vsml.cli..", "picocli..", "me.tongfei.."));
    }

    @Test
    void onlyTheVectorKernelsUseTheIncubatingVectorModule() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackage("org.vsml.cpu.vector..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("jdk.incubator.."));
    }

    @Test
    void theVectorKernelsAreFoundAtRunTimeOnly() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackage("org.vsml.cpu.vector..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("org.vsml.cpu.vector.."));
    }

    /** What clones back-propagation must not be able to ask anyone for a gradient. */
    @Test
    void noGradientCanBeReachedFromWhereClonedNetworksRun() {
        String room = "org.vsml.cloning.run..";
        check(
                noClasses()
                        .that()
                        .resideInAPackage(room)
                        .should()
                        .transitivelyDependOnClassesThat()
                        .resideInAnyPackage(
                                "org.vsml.cloning",
                                "org.vsml.samediff..",
                                "org.vsml.cpu..",
                                "org.vsml.meta..",
                                "org.vsml.dl4j..",
                                "org.vsml.baselines..",
                                "org.nd4j..",
                                "org.deeplearning4j..",
                                "org.bytedeco.."));
        check(
                noClasses()
                        .that()
                        .resideInAPackage(room)
                        .should()
                        .callMethodWhere(
                                describe(
                                        "something goes backward",
                                        call ->
                                                call.getTargetOwner().isAssignableTo(Rollout.class)
                                                        && call.getName().equals("backward"))));
    }

    @Test
    void onlyCommandsAndExamplesPrint() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackages("org.vsml.cli..", "org.vsml.examples..")
                        .should(ACCESS_STANDARD_STREAMS));
    }

    @Test
    void randomnessComesFromExplicitSeeds() {
        check(
                noClasses()
                        .should()
                        .callMethod(Math.class, "random")
                        .orShould()
                        .callConstructor(Random.class)
                        .orShould()
                        .dependOnClassesThat()
                        .areAssignableTo(ThreadLocalRandom.class)
                        .orShould()
                        .callMethodWhere(
                                describe(
                                        "ND4J's global generator is asked",
                                        call ->
                                                call.getTargetOwner()
                                                                .getFullName()
                                                                .equals(
                                                                        "org.nd4j.linalg.factory.Nd4j")
                                                        && call.getName().startsWith("rand"))));
    }

    @Test
    void whatIsWrittenHasOneOrderInEveryJvm() {
        check(
                noClasses()
                        .that()
                        .resideInAnyPackage(
                                "org.vsml.core..",
                                "org.vsml.episode..",
                                "org.vsml.meta..",
                                "org.vsml.online..",
                                "org.vsml.report..",
                                "org.vsml.cloning..",
                                "org.vsml.conformance..",
                                "org.vsml.lab..",
                                "org.vsml.cli..")
                        .should()
                        .callMethod(Map.class, "copyOf", Map.class)
                        .orShould()
                        .callMethod(Set.class, "copyOf", Collection.class)
                        .because("their order changes from JVM to JVM; Ordered.copy has one"));
    }

    /** Tables to look things up in are made once, where a class begins, and never gone through. */
    @Test
    void mapsAndSetsWithoutAnOrderAreForLookingUpAlone() {
        check(
                noClasses()
                        .that()
                        .resideInAnyPackage(
                                "org.vsml.core..",
                                "org.vsml.episode..",
                                "org.vsml.meta..",
                                "org.vsml.online..",
                                "org.vsml.report..",
                                "org.vsml.cloning..",
                                "org.vsml.conformance..",
                                "org.vsml.arbiter..",
                                "org.vsml.lab..")
                        .should()
                        .callMethodWhere(
                                describe(
                                        "a map or set of several without an order is made",
                                        call ->
                                                hasNoOrder(call.getTarget())
                                                        && !call.getOrigin()
                                                                .getName()
                                                                .equals("<clinit>")))
                        .because("their order changes from JVM to JVM"));
    }

    private static boolean hasNoOrder(AccessTarget target) {
        int most = target.getOwner().isEquivalentTo(Map.class) ? 2 : 1;
        boolean some = target.getOwner().isEquivalentTo(Set.class) || most == 2;
        boolean several =
                target instanceof AccessTarget.MethodCallTarget method
                        && (method.getRawParameterTypes().size() > most
                                || method.getRawParameterTypes().stream()
                                        .anyMatch(JavaClass::isArray));
        return some && several && List.of("of", "ofEntries").contains(target.getName());
    }

    @Test
    void ourOwnFilesAreNeverJavaSerialised() {
        check(
                noClasses()
                        .should()
                        .dependOnClassesThat()
                        .areAssignableTo(ObjectInputStream.class)
                        .orShould()
                        .dependOnClassesThat()
                        .areAssignableTo(ObjectOutputStream.class));
    }
}
