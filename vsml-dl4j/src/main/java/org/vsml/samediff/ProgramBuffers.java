package org.vsml.samediff;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vsml.samediff.Program.Buffer;
import org.vsml.samediff.Program.Instruction;
import org.vsml.samediff.Program.Value;

/**
 * Places the values of a {@link Program} in buffers, so that a block of memory is used again as
 * soon as nothing reads what it holds.
 */
final class ProgramBuffers {

    private ProgramBuffers() {}

    /** Gives every value of the program its place. */
    static void place(Program program) {
        List<Instruction> all = new ArrayList<>(program.forward);
        all.addAll(program.backward);
        Map<Value, Integer> lastUse = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            for (Value out : all.get(i).outputs()) {
                lastUse.put(out, i);
            }
            for (Value in : all.get(i).inputs()) {
                lastUse.put(in.root, i);
            }
        }
        program.outputs.values().forEach(v -> lastUse.put(v.root, all.size()));
        Map<Buffer, Deque<Integer>> free = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            Instruction instruction = all.get(i);
            for (Value out : instruction.outputs()) {
                Buffer wanted = new Buffer(out.type, out.length());
                Integer place = free.computeIfAbsent(wanted, b -> new ArrayDeque<>()).pollFirst();
                if (place == null) {
                    place = program.buffers.size();
                    program.buffers.add(wanted);
                }
                out.buffer = place;
            }
            Set<Value> done = new HashSet<>(Arrays.asList(instruction.outputs()));
            for (Value in : instruction.inputs()) {
                done.add(in.root);
            }
            for (Value value : done) {
                if (value.buffer >= 0 && lastUse.get(value) == i) {
                    // Last in, first out: the warmest block of memory is taken first.
                    free.get(program.buffers.get(value.buffer)).addFirst(value.buffer);
                }
            }
        }
    }
}
