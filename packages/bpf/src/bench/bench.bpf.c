// SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0)
/*
 * For the benchmarks only, never part of a sensor. One program fills a real ring with tls_data records from inside the
 * kernel, as fast as it goes, on the way that every family's records take (emit.h): run by BPF_PROG_TEST_RUN, each run
 * sends `count` records and says how many found room. The others are the TLS probes with nothing in them: what a probe costs by being there.
 */
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>

#include "emit.h"
#include "wire.h"

enum bench_limits {
	k_bench_record_max = 4096,
};

/* The program's argument and answer; addon/producer.cpp, struct BenchRun. */
struct bench_run {
	__u64 first; /* number of the first record; becomes its position and fills its payload */
	__u32 count;
	__u32 size; /* of one record, header included */
	__u64 sent;
	__u64 refused; /* the ring was full */
};

/* Room to put a record together. One producer runs at a time. */
struct {
	struct tls_data record;
	char payload[k_bench_record_max];
} scratch;

static long emit_one(__u32 index, struct bench_run *run)
{
	__u32 size = run->size;
	__u64 number = run->first + index;

	if (size < sizeof(struct tls_data) + sizeof(number) || size > k_bench_record_max)
		return 1;
	scratch.record.position = number;
	/* The last bytes too, so that the reader can tell a record that is not its own. */
	*(__u64 *)scratch.payload = number;
	scratch.record.header.ktime_ns = bpf_ktime_get_ns();
	if (output_record(&events, &scratch.record.header, size, size))
		run->refused++;
	else
		run->sent++;
	return 0;
}

SEC("syscall")
int eyrie_bench_emit(struct bench_run *run)
{
	__u32 payload = run->size - sizeof(struct tls_data);
	struct bench_run work = { .first = run->first, .count = run->count, .size = run->size };

	scratch.record = (struct tls_data){
		.header = { .op = k_op_tls_data, .size = run->size },
		.start_boottime_ns = 1,
		.ssl = 0x1000,
		.conn_ns = 1000,
		.tgid = 1,
		.tid = 1,
		.fd = 3,
		.len = payload,
		.call_len = payload,
	};
	bpf_loop(run->count, emit_one, &work, 0);
	run->sent = work.sent;
	run->refused = work.refused;
	return 0;
}

/* Names of tls.bpf.c and tls_session.bpf.c, so that they are attached by the same code to the same places. */
SEC("uprobe")
int eyrie_tls_call_e(struct pt_regs *ctx)
{
	return 0;
}

SEC("uretprobe")
int eyrie_tls_call_x(struct pt_regs *ctx)
{
	return 0;
}

/* 0 asks for the return as well, as a call in scope does. */
SEC("uprobe")
int eyrie_tls_call_s(struct pt_regs *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
