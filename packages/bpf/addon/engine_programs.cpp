// SPDX-License-Identifier: Apache-2.0
// Opening, loading and attaching of the native engine's objects.
#include <bpf/bpf.h>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <unistd.h>

#include "engine.h"
#include "libbpf_log.h"
#include "tracepoint.h"
#include "uprobe_link.h"

namespace eyrie {

bpf_object* Engine::ObjectAt(const Napi::CallbackInfo& info) {
  const uint32_t index = info[0].As<Napi::Number>().Uint32Value();
  if (closed_ || index >= objects_.size() || objects_[index] == nullptr) {
    Fail("misuse", "object", EINVAL, "");
    return nullptr;
  }
  return objects_[index];
}

bpf_program* Engine::ProgramAt(const Napi::CallbackInfo& info) {
  bpf_object* object = ObjectAt(info);
  if (object == nullptr) return nullptr;
  const std::string name = info[1].As<Napi::String>().Utf8Value();
  bpf_program* program = bpf_object__find_program_by_name(object, name.c_str());
  if (program == nullptr) Fail("program", name, ENOENT, "");
  return program;
}

// (path of an object file): its index.
Napi::Value Engine::Open(const Napi::CallbackInfo& info) {
  if (closed_) return Fail("misuse", "open", EINVAL, "");
  const std::string path = info[0].As<Napi::String>().Utf8Value();
  const LibbpfLog log;
  errno = 0;
  bpf_object* object = bpf_object__open_file(path.c_str(), nullptr);
  if (object == nullptr) return Fail("open", path, errno, log.text());
  objects_.push_back(object);
  return Napi::Number::New(info.Env(), static_cast<double>(objects_.size() - 1));
}

// (object): { programs: [name, section][], maps: [name, type, keySize, valueSize, maxEntries][] }
Napi::Value Engine::Describe(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  bpf_object* object = ObjectAt(info);
  if (object == nullptr) return env.Undefined();
  Napi::Array programs = Napi::Array::New(env);
  Napi::Array maps = Napi::Array::New(env);
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object) {
    Napi::Array entry = Napi::Array::New(env);
    entry.Set(0u, Napi::String::New(env, bpf_program__name(program)));
    entry.Set(1u, Napi::String::New(env, bpf_program__section_name(program)));
    programs.Set(programs.Length(), entry);
  }
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object) {
    Napi::Array entry = Napi::Array::New(env);
    entry.Set(0u, Napi::String::New(env, bpf_map__name(map)));
    entry.Set(1u, Napi::Number::New(env, bpf_map__type(map)));
    entry.Set(2u, Napi::Number::New(env, bpf_map__key_size(map)));
    entry.Set(3u, Napi::Number::New(env, bpf_map__value_size(map)));
    entry.Set(4u, Napi::Number::New(env, bpf_map__max_entries(map)));
    maps.Set(maps.Length(), entry);
  }
  Napi::Object description = Napi::Object::New(env);
  description.Set("programs", programs);
  description.Set("maps", maps);
  return description;
}

// (object, program, { autoload, attachType }): attachType 0 leaves what the section says.
Napi::Value Engine::ConfigureProgram(const Napi::CallbackInfo& info) {
  bpf_program* program = ProgramAt(info);
  if (program == nullptr) return info.Env().Undefined();
  const Napi::Object options = info[2].As<Napi::Object>();
  bpf_program__set_autoload(program, options.Get("autoload").As<Napi::Boolean>().Value());
  const uint32_t attach_type = options.Get("attachType").As<Napi::Number>().Uint32Value();
  if (attach_type != 0) {
    const int error = bpf_program__set_expected_attach_type(program, static_cast<bpf_attach_type>(attach_type));
    if (error != 0) return Fail("program", bpf_program__name(program), error, "");
  }
  return info.Env().Undefined();
}

// (object): loads maps and the programs that were not turned off.
Napi::Value Engine::Load(const Napi::CallbackInfo& info) {
  bpf_object* object = ObjectAt(info);
  if (object == nullptr) return info.Env().Undefined();
  const LibbpfLog log;
  const int error = bpf_object__load(object);
  if (error != 0) return Fail("load", bpf_object__name(object), error, log.text());
  return info.Env().Undefined();
}

Napi::Value Engine::KeepLink(Link link) {
  const uint32_t id = next_link_++;
  links_[id] = link;
  return Napi::Number::New(Env(), id);
}

// (object, program): attaches by what its section says; the link's number.
Napi::Value Engine::Attach(const Napi::CallbackInfo& info) {
  bpf_program* program = ProgramAt(info);
  if (program == nullptr) return info.Env().Undefined();
  const LibbpfLog log;
  errno = 0;
  bpf_link* link = bpf_program__attach(program);
  if (link == nullptr) return Fail("attach", bpf_program__name(program), errno, log.text());
  return KeepLink({link, -1});
}

// (object, program, tracepoint "category/name"): the link's number. Needs no mounted tracefs.
Napi::Value Engine::AttachTracepoint(const Napi::CallbackInfo& info) {
  bpf_program* program = ProgramAt(info);
  if (program == nullptr) return info.Env().Undefined();
  const std::string name = info[2].As<Napi::String>().Utf8Value();
  const int event = OpenTracepoint(name);
  if (event < 0) return Fail("attach-tracepoint", name, event, "");
  const LibbpfLog log;
  errno = 0;
  bpf_link* link = bpf_program__attach_perf_event(program, event);
  if (link == nullptr) {
    const int error = errno;
    close(event);
    return Fail("attach", bpf_program__name(program), error, log.text());
  }
  return KeepLink({link, -1});
}

// (object, program, { path, attachType, onReturn, offsets: number[], cookies: number[] }): the link's number.
Napi::Value Engine::AttachUprobes(const Napi::CallbackInfo& info) {
  bpf_program* program = ProgramAt(info);
  if (program == nullptr) return info.Env().Undefined();
  const Napi::Object options = info[2].As<Napi::Object>();
  const std::string path = options.Get("path").As<Napi::String>().Utf8Value();
  const Napi::Array offsets = options.Get("offsets").As<Napi::Array>();
  const Napi::Array cookies = options.Get("cookies").As<Napi::Array>();
  UprobeSpec spec;
  spec.program_fd = bpf_program__fd(program);
  spec.attach_type = options.Get("attachType").As<Napi::Number>().Uint32Value();
  spec.on_return = options.Get("onReturn").As<Napi::Boolean>().Value();
  spec.path = path.c_str();
  for (uint32_t i = 0; i < offsets.Length(); i++) {
    spec.offsets.push_back(static_cast<uint64_t>(Napi::Value(offsets.Get(i)).As<Napi::Number>().Int64Value()));
    spec.cookies.push_back(static_cast<uint64_t>(Napi::Value(cookies.Get(i)).As<Napi::Number>().Int64Value()));
  }
  const int fd = CreateUprobeLink(spec);
  if (fd < 0) return Fail("attach-uprobe", path, fd, bpf_program__name(program));
  return KeepLink({nullptr, fd});
}

// (object, program, { path, onReturn, offset, cookie }): one uprobe as a perf event, for kernels without uprobe_multi.
Napi::Value Engine::AttachPerfUprobe(const Napi::CallbackInfo& info) {
  bpf_program* program = ProgramAt(info);
  if (program == nullptr) return info.Env().Undefined();
  const Napi::Object options = info[2].As<Napi::Object>();
  const std::string path = options.Get("path").As<Napi::String>().Utf8Value();
  const auto offset = static_cast<size_t>(options.Get("offset").As<Napi::Number>().Int64Value());
  bpf_uprobe_opts uprobe_options{};
  uprobe_options.sz = sizeof uprobe_options;
  uprobe_options.bpf_cookie = static_cast<uint64_t>(options.Get("cookie").As<Napi::Number>().Int64Value());
  uprobe_options.retprobe = options.Get("onReturn").As<Napi::Boolean>().Value();
  const LibbpfLog log;
  errno = 0;
  bpf_link* link = bpf_program__attach_uprobe_opts(program, -1, path.c_str(), offset, &uprobe_options);
  if (link == nullptr) return Fail("attach-uprobe", path, errno, log.text());
  return KeepLink({link, -1});
}

// (links: number[]): removes them; numbers that are gone already are ignored. Closing a link waits for a grace period of
// the kernel, up to a second for perf events, so that is done on another thread; close() waits for it.
Napi::Value Engine::Detach(const Napi::CallbackInfo& info) {
  const Napi::Array numbers = info[0].As<Napi::Array>();
  std::vector<Link> leaving;
  for (uint32_t i = 0; i < numbers.Length(); i++) {
    const auto found = links_.find(Napi::Value(numbers.Get(i)).As<Napi::Number>().Uint32Value());
    if (found == links_.end()) continue;
    leaving.push_back(found->second);
    links_.erase(found);
  }
  std::erase_if(detaching_, [](const std::future<void>& work) {
    return work.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  });
  if (!leaving.empty()) detaching_.push_back(std::async(std::launch::async, CloseLinks, std::move(leaving)));
  return info.Env().Undefined();
}

// (object, program): everything one run of a BPF iterator writes.
Napi::Value Engine::ReadIterator(const Napi::CallbackInfo& info) {
  bpf_program* program = ProgramAt(info);
  if (program == nullptr) return info.Env().Undefined();
  const LibbpfLog log;
  errno = 0;
  bpf_link* link = bpf_program__attach_iter(program, nullptr);
  if (link == nullptr) return Fail("attach", bpf_program__name(program), errno, log.text());
  const int fd = bpf_iter_create(bpf_link__fd(link));
  int error = fd < 0 ? fd : 0;
  std::vector<uint8_t> bytes;
  std::vector<uint8_t> chunk(64 * 1024);
  while (error == 0) {
    const ssize_t length = read(fd, chunk.data(), chunk.size());
    if (length < 0 && errno == EAGAIN) continue;  // the kernel skipped many objects in a row and asks to be called again
    if (length < 0) error = errno;
    if (length <= 0) break;
    bytes.insert(bytes.end(), chunk.begin(), chunk.begin() + length);
  }
  if (fd >= 0) close(fd);
  bpf_link__destroy(link);
  if (error != 0) return Fail("attach", bpf_program__name(program), error, log.text());
  return Napi::Buffer<uint8_t>::Copy(info.Env(), bytes.data(), bytes.size());
}

Napi::Value Engine::ProgramFd(const Napi::CallbackInfo& info) {
  const bpf_program* program = ProgramAt(info);
  if (program == nullptr) return info.Env().Undefined();
  return Napi::Number::New(info.Env(), bpf_program__fd(program));
}

}  // namespace eyrie
